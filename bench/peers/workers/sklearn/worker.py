"""The scikit-learn worker: MLPClassifier, which has neither dropout nor batch normalisation.

    OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1 python3 worker.py
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import sklearn
from sklearn.neural_network import MLPClassifier

import turn

trainings = {}


def layout(words):
    """Returns the widths of dense layers with ReLU between them, which is all that MLPClassifier has."""
    for word in words:
        if word != "relu" and not word.isdigit():
            raise ValueError(f"MLPClassifier has no layer {word}")
    return [int(word) for word in words if word != "relu"]


def epoch(*words):
    if words not in trainings:
        net = MLPClassifier(layout(words), solver="adam", batch_size=turn.BATCH, learning_rate_init=0.001)
        trainings[words] = net, *turn.fashion("train", turn.SAMPLES)
    net, images, labels = trainings[words]
    begin = time.perf_counter()
    net.partial_fit(images, labels, range(10))
    return time.perf_counter() - begin, net.loss_


sklearn.set_config(assume_finite=True)
turn.serve(f"scikit-learn {sklearn.__version__}", {"epoch": epoch})
