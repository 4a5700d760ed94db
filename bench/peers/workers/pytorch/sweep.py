"""The report's twelve experiments in PyTorch, one thread each, as many side by side as there are processors.

    OMP_NUM_THREADS=1 python3 bench/peers/workers/pytorch/sweep.py

Prints the seconds that they took after the data were in memory, and the best validation accuracy. The settings are
those of worker.py. Each epoch ends with the validation of 12,000 images.
"""

import concurrent.futures
import multiprocessing
import os
import sys
import time

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

import torch

import model
import turn

MODELS = {
    "A": "128 relu 64 relu",
    "B": "128 relu dropout:0.4 64 relu dropout:0.4",
    "C": "128 bn relu dropout:0.4 64 bn relu dropout:0.4",
}
RATES = [0.005, 0.001, 0.0005, 0.0001]
EPOCHS = 20


def experiment(words, rate):
    """Trains a model, and returns its best validation accuracy."""
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    net = model.build(words.split(), 784, 10)
    optimizer = torch.optim.Adam(net.parameters(), lr=rate, foreach=True)
    best = 0.0
    for _ in range(EPOCHS):
        net.train()
        for batch in torch.randperm(turn.SAMPLES).split(turn.BATCH):
            loss = torch.nn.functional.cross_entropy(net(IMAGES.index_select(0, batch)), LABELS.index_select(0, batch))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()
        net.eval()
        with torch.inference_mode():
            logits = net(IMAGES[turn.SAMPLES :])
            torch.nn.functional.cross_entropy(logits, LABELS[turn.SAMPLES :])
            best = max(best, (logits.argmax(1) == LABELS[turn.SAMPLES :]).float().mean().item())
    return best


IMAGES, LABELS = map(torch.from_numpy, turn.fashion("train", 60000))

if __name__ == "__main__":
    begin = time.perf_counter()
    with concurrent.futures.ProcessPoolExecutor(os.cpu_count(), multiprocessing.get_context("fork")) as pool:
        runs = [pool.submit(experiment, words, rate) for words in MODELS.values() for rate in RATES]
        best = max(run.result() for run in runs)
    print(time.perf_counter() - begin, best)
