"""Writes sklearn.json: what scikit-learn says about some small predictions."""

import json
import pathlib
import warnings

import numpy as np
import sklearn
from sklearn import calibration, metrics

warnings.simplefilter("ignore")
rng = np.random.default_rng(1)


def confused(truth, classes, right):
    """Predictions equal to truth with the given probability, else at random."""
    return np.where(rng.random(len(truth)) < right, truth, rng.integers(0, classes, len(truth)))


def case(name, classes, truth, predicted, names=None):
    labels = list(range(classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(
        truth, predicted, labels=labels, zero_division=0)

    def average(kind):
        p, r, f, _ = metrics.precision_recall_fscore_support(
            truth, predicted, labels=labels, average=kind, zero_division=0)
        return {"Precision": p, "Recall": r, "F1": f, "Support": len(truth)}

    # Where a class does not occur at all, releases of scikit-learn differ on
    # calling the row "accuracy" or "micro avg"; where nothing is right, the
    # supports turn into fractions. Those reports are left out.
    report = None
    if np.array_equal(np.union1d(truth, predicted), labels) and np.any(truth == predicted):
        report = metrics.classification_report(
            truth, predicted, labels=labels, target_names=names, digits=4, zero_division=0)

    return {
        "Name": name,
        "Classes": classes,
        "Names": names,
        "Truth": [int(t) for t in truth],
        "Predicted": [int(p) for p in predicted],
        "Matrix": metrics.confusion_matrix(truth, predicted, labels=labels).tolist(),
        "Accuracy": metrics.accuracy_score(truth, predicted),
        "PerClass": [
            {"Precision": p, "Recall": r, "F1": f, "Support": int(s)}
            for p, r, f, s in zip(precision, recall, f1, support)],
        "Macro": average("macro"),
        "Weighted": average("weighted"),
        "Report": report,
    }


fashion = ["T-shirt/top", "Trouser", "Pullover", "Dress", "Coat",
           "Sandal", "Shirt", "Sneaker", "Bag", "Ankle boot"]
ten = rng.integers(0, 10, 200)
three = rng.integers(0, 3, 40)
two = np.where(rng.random(300) < 0.02, 1, 0)
cases = [
    case("random", 10, ten, rng.integers(0, 10, 200)),
    case("good", 10, ten, confused(ten, 10, 0.85), fashion),
    case("perfect", 10, ten, ten, fashion),
    case("all wrong", 3, three, (three + 1) % 3),
    case("never predicted", 4, rng.integers(0, 4, 60), rng.integers(0, 3, 60)),
    case("no samples", 5, three, rng.integers(0, 5, 40)),
    case("no samples, never predicted", 4, three, confused(three, 3, 0.7)),
    case("single class", 1, np.zeros(7, int), np.zeros(7, int)),
    case("single sample", 3, np.array([2]), np.array([1])),
    case("unbalanced", 2, two, confused(two, 2, 0.9), ["common", "rare"]),
    case("long and UTF-8 names", 3, three, confused(three, 3, 0.5),
         ["größe", "a name longer than any heading", "靴"]),
]

scores = rng.permutation(30 * 8).reshape(30, 8).astype(np.float32)  # no ties
labels = rng.integers(0, 8, 30)
top_k = {
    "Scores": scores.ravel().tolist(),
    "Labels": labels.tolist(),
    "Accuracy": [  # of k = 1, 2, ...
        metrics.top_k_accuracy_score(labels, scores, k=k, labels=range(8)) for k in range(1, 9)],
}

confidence = np.concatenate([rng.random(60) ** 0.3, [0, 1, 1, 0.25, 0.5]])
correct = rng.random(65) < confidence


def calibrated(bins):
    accuracy, mean = calibration.calibration_curve(correct, confidence, n_bins=bins)
    # The curve leaves empty bins out and does not tell the counts.
    counts = np.histogram(np.ceil(confidence * bins).clip(1), np.arange(1, bins + 2))[0]
    filled = counts[counts > 0] / len(confidence)
    return {
        "Bins": bins,
        "Counts": counts.tolist(),
        "Accuracy": accuracy.tolist(),
        "Confidence": mean.tolist(),
        "ExpectedError": float(np.sum(filled * np.abs(accuracy - mean))),
    }


calibrations = {
    "Confidence": confidence.tolist(),
    "Correct": correct.tolist(),
    "Curves": [calibrated(bins) for bins in (1, 4, 10, 32)],
}

out = pathlib.Path(__file__).with_name("sklearn.json")
cases = ",\n".join(json.dumps(c, ensure_ascii=False) for c in cases)
out.write_text('{"Version": "%s",\n"Cases": [\n%s\n],\n"TopK": %s,\n"Calibration": %s}\n'
               % (sklearn.__version__, cases, json.dumps(top_k), json.dumps(calibrations)), encoding="utf-8")
