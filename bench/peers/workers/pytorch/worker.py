"""The PyTorch worker.

    OMP_NUM_THREADS=1 python3 worker.py

Which BLAS PyTorch multiplies with, and which allocator it uses, is the dynamic linker's choice: the
driver tries several. What is fixed here is what was fastest on all of them: the images in memory and
batches taken by index_select rather than by a DataLoader, eager mode for training and a compiled
model for prediction, Adam over all parameters at once (foreach), subnormal numbers flushed.
"""

import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import numpy as np
import torch

import model
import turn


class Training:
    """A model in training on the images in memory."""

    def __init__(self, words):
        images, labels = turn.fashion("train", turn.SAMPLES)
        self.images, self.labels = torch.from_numpy(images), torch.from_numpy(labels)
        self.model = model.build(words, 784, 10)
        self.optimizer = torch.optim.Adam(self.model.parameters(), lr=0.001, foreach=True)

    def epoch(self):
        total = torch.zeros(())
        begin = time.perf_counter()
        for batch in torch.randperm(turn.SAMPLES).split(turn.BATCH):
            images, labels = self.images.index_select(0, batch), self.labels.index_select(0, batch)
            loss = torch.nn.functional.cross_entropy(self.model(images), labels)
            self.optimizer.zero_grad(set_to_none=True)
            loss.backward()
            self.optimizer.step()
            total += loss.detach()
        mean = total.item() / (turn.SAMPLES // turn.BATCH)
        return time.perf_counter() - begin, mean


trainings, predictors = {}, {}


def epoch(*words):
    if words not in trainings:
        trainings[words] = Training(words)
    return trainings[words].epoch()


def predictor(name):
    if name not in predictors:
        net = torch.jit.script(model.load(name + ".safetensors"))
        predictors[name] = torch.jit.optimize_for_inference(net)
    return predictors[name]


def predict(name, count, seconds):
    images, labels = turn.fashion("t10k", int(count))
    net, x = predictor(name), torch.from_numpy(images)
    with torch.inference_mode():
        took = turn.repeat(float(seconds), lambda: net(x))
        return took, (net(x).argmax(1).numpy() == labels).sum()


def logits(name, file):
    """Writes the logits of the test images to a file, float32 as they lie in memory."""
    images, _ = turn.fashion("t10k", 10000)
    begin = time.perf_counter()
    with torch.inference_mode():
        predictor(name)(torch.from_numpy(images)).numpy().astype(np.float32).tofile(file)
    return time.perf_counter() - begin, 0


torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
torch.set_flush_denormal(True)
turn.serve(f"PyTorch {torch.__version__}", {"epoch": epoch, "predict": predict, "logits": logits})
