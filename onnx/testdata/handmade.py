#!/usr/bin/python3
"""Writes the ONNX files handmade_*.onnx beside this script, and handmade.json: graphs as exporters write
them that Debian does not have, node by node by the specification, with what NumPy makes of a batch in
float64.

    skl2onnx_*   what skl2onnx makes of scikit-learn's MLPClassifier: MatMul and Add, the choice of a
                 class from the probabilities, a ZipMap or none, labels that are numbers or texts
    keras_*      what tf2onnx makes of Keras' Dense, Flatten and BatchNormalization: Reshape, MatMul and
                 Add, Mul and Add for the normalisation
    dynamo       what PyTorch's newer exporter makes: a Transpose of the weights, external data
    typed, half  constants as typed data, and in the short types
    gemm         Gemm with alpha, beta, a scalar bias, and weights that are not transposed

Made with ONNX 1.12 (Debian: python3-onnx), whose checker is content with all of them.
"""

import json
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = pathlib.Path(__file__).parent
random = np.random.default_rng(1)

contents = []
D, H, C = 16, 8, 3
W1, B1 = random.normal(0, 0.3, (D, H)).astype(np.float32), random.normal(0, 0.3, H).astype(np.float32)
W2, B2 = random.normal(0, 0.3, (H, C)).astype(np.float32), random.normal(0, 0.3, C).astype(np.float32)
X = random.random((4, D)).astype(np.float32)
relu = lambda x: np.maximum(x, 0)


def double(*arrays):
    return [a.astype(np.float64) for a in arrays]


def write(name, architecture, nodes, constants, logits, x=X, shape=("N", D), outputs=("output",), classes=None,
          scale=1 / 255, element=TensorProto.FLOAT, kinds=None, **external):
    kinds = kinds or {}
    graph = helper.make_graph(
        nodes, name, [helper.make_tensor_value_info("input", element, shape)],
        [kinds.get(o) or helper.make_tensor_value_info(o, TensorProto.FLOAT, ["N", C]) for o in outputs],
        [c if isinstance(c, onnx.TensorProto) else numpy_helper.from_array(*c) for c in constants])
    opsets = [helper.make_opsetid("", 15), helper.make_opsetid("ai.onnx.ml", 1)]
    model = helper.make_model(graph, producer_name="handmade", opset_imports=opsets, ir_version=8)
    path = folder / f"handmade_{name}.onnx"
    onnx.save(model, str(path), **external)
    onnx.checker.check_model(str(path))
    contents.append({"file": path.name, "architecture": architecture, "x": x.reshape(len(x), -1).tolist(),
                     "logits": logits.astype(np.float32).tolist(), "classes": classes or [str(c) for c in range(C)],
                     "scale": scale})


node = helper.make_node
x, w1, b1, w2, b2 = double(X, W1, B1, W2, B2)
plain = relu(x @ w1 + b1) @ w2 + b2

# scikit-learn
layers = [
    node("MatMul", ["input", "coefficient"], ["mul_result"], "MatMul"),
    node("Add", ["mul_result", "intercepts"], ["add_result"], "Add"),
    node("Relu", ["add_result"], ["next_activations"], "Relu"),
    node("MatMul", ["next_activations", "coefficient1"], ["mul_result1"], "MatMul1"),
    node("Add", ["mul_result1", "intercepts1"], ["add_result1"], "Add1"),
    node("Softmax", ["add_result1"], ["out_activations_result"], "Softmax", axis=1),
    node("Identity", ["out_activations_result"], ["probabilities"], "Identity"),
    node("ArgMax", ["probabilities"], ["argmax_output"], "ArgMax", axis=1, keepdims=1),
    node("ArrayFeatureExtractor", ["classes", "argmax_output"], ["array_feature_extractor_result"],
         "ArrayFeatureExtractor", domain="ai.onnx.ml"),
]
weights = [(W1, "coefficient"), (B1.reshape(1, H), "intercepts"), (W2, "coefficient1"), (B2.reshape(1, C), "intercepts1"),
           (np.array([-1], np.int64), "shape_tensor")]
label = lambda element: helper.make_tensor_value_info("output_label", element, ["N"])


def maps(key):
    """Returns what says that an output is a list of maps from the classes to their probabilities."""
    info = onnx.ValueInfoProto(name="output_probability")
    kind = info.type.sequence_type.elem_type.map_type
    kind.key_type, kind.value_type.tensor_type.elem_type = key, TensorProto.FLOAT
    return info


write("skl2onnx_numbers", "8 relu", layers + [
    node("Cast", ["array_feature_extractor_result"], ["cast2_result"], "Cast2", to=TensorProto.FLOAT),
    node("Reshape", ["cast2_result", "shape_tensor"], ["reshaped_result"], "Reshape"),
    node("Cast", ["reshaped_result"], ["label"], "Cast3", to=TensorProto.INT64),
    node("Cast", ["label"], ["output_label"], "Cast4", to=TensorProto.INT64),
    node("ZipMap", ["probabilities"], ["output_probability"], "ZipMap", domain="ai.onnx.ml", classlabels_int64s=[2, 5, 7]),
], weights + [(np.array([2, 5, 7], np.int32), "classes")], plain, outputs=("output_label", "output_probability"),
      classes=["2", "5", "7"], kinds={"output_label": label(TensorProto.INT64), "output_probability": maps(TensorProto.INT64)})
write("skl2onnx_texts", "8 relu", layers + [
    node("Reshape", ["array_feature_extractor_result", "shape_tensor"], ["output_label"], "Reshape"),
], weights + [helper.make_tensor("classes", TensorProto.STRING, [C], [b"bag", b"coat", b"dress"])],
      plain, outputs=("output_label", "probabilities"), classes=["bag", "coat", "dress"],
      kinds={"output_label": label(TensorProto.STRING)})

# Keras
gain, shift = random.uniform(0.5, 1.5, H).astype(np.float32), random.normal(0, 0.3, H).astype(np.float32)
write("keras_flatten", "8 relu bn relu", [
    node("Reshape", ["input", "const_fold_opt__9"], ["sequential/flatten/Reshape:0"], "sequential/flatten/Reshape"),
    node("MatMul", ["sequential/flatten/Reshape:0", "kernel:0"], ["sequential/dense/MatMul:0"], "sequential/dense/MatMul"),
    node("Add", ["sequential/dense/MatMul:0", "bias:0"], ["sequential/dense/BiasAdd:0"], "sequential/dense/BiasAdd"),
    node("Relu", ["sequential/dense/BiasAdd:0"], ["sequential/dense/Relu:0"], "sequential/dense/Relu"),
    node("Mul", ["sequential/dense/Relu:0", "gain:0"], ["mul_1:0"], "sequential/batch_normalization/batchnorm/mul_1"),
    node("Add", ["mul_1:0", "shift:0"], ["add_1:0"], "sequential/batch_normalization/batchnorm/add_1"),
    node("Relu", ["add_1:0"], ["again:0"], "sequential/re_lu/Relu"),
    node("MatMul", ["again:0", "kernel_1:0"], ["sequential/dense_1/MatMul:0"], "sequential/dense_1/MatMul"),
    node("Add", ["sequential/dense_1/MatMul:0", "bias_1:0"], ["add_2:0"], "sequential/dense_1/BiasAdd"),
    node("Softmax", ["add_2:0"], ["output"], "sequential/dense_1/Softmax"),
], [(np.array([-1, D], np.int64), "const_fold_opt__9"), (W1, "kernel:0"), (B1, "bias:0"), (gain, "gain:0"), (shift, "shift:0"),
    (W2, "kernel_1:0"), (B2, "bias_1:0")],
      relu(relu(x @ w1 + b1) * gain.astype(np.float64) + shift.astype(np.float64)) @ w2 + b2, shape=("N", 4, 4))
mean, deviation = random.random((1, 4, 1)).astype(np.float32), random.uniform(0.5, 1, (4, 1)).astype(np.float32)
write("keras_scaled", "8 relu dropout:0.5", [
    node("Cast", ["input"], ["cast"], "cast", to=TensorProto.FLOAT),
    node("Mul", ["scale", "cast"], ["scaled"], "rescaling/mul"),
    node("Sub", ["scaled", "mean"], ["centred"], "normalization/sub"),
    node("Div", ["centred", "deviation"], ["divided"], "normalization/truediv"),
    node("Flatten", ["divided"], ["flat"], "flatten"),
    node("MatMul", ["flat", "kernel"], ["product"], "dense/MatMul"),
    node("Add", ["bias", "product"], ["sum"], "dense/BiasAdd"),
    node("Mul", ["sum", "gain"], ["multiplied"], "norm/mul"),
    node("Sub", ["shift", "multiplied"], ["subtracted"], "norm/sub"),
    node("Relu", ["subtracted"], ["activated"], "relu"),
    node("Dropout", ["activated"], ["dropped", "mask"], "dropout"),
    node("MatMul", ["dropped", "kernel_1"], ["product_1"], "dense_1/MatMul"),
    node("Add", ["product_1", "bias_1"], ["sum_1"], "dense_1/BiasAdd"),
    node("BatchNormalization", ["sum_1", "g", "s", "m", "v"], ["output"], "last", epsilon=1e-3),
], [(np.array(1 / 255, np.float32), "scale"), (mean, "mean"), (deviation, "deviation"), (W1, "kernel"), (B1, "bias"), (gain, "gain"),
    (shift, "shift"), (W2, "kernel_1"), (B2, "bias_1"),
    (gain[:C], "g"), (shift[:C], "s"), (B2, "m"), (gain[:C], "v")],
      (relu(shift.astype(np.float64) - ((((np.floor(x * 256).reshape(4, 4, 4) * np.float64(np.float32(1 / 255)) - mean) / deviation).reshape(4, D) @ w1 + b1)
       * gain.astype(np.float64))) @ w2 + b2 - b2) / np.sqrt(gain[:C].astype(np.float64) + 1e-3) * gain[:C] + shift[:C],
      x=np.floor(X * 256), shape=("N", 4, 4), element=TensorProto.UINT8, scale=1)

# PyTorch's newer exporter
write("dynamo", "8 relu", [
    node("Transpose", ["layers.0.weight"], ["t"], "node_t", perm=[1, 0]),
    node("MatMul", ["input", "t"], ["mm"], "node_mm"),
    node("Add", ["mm", "layers.0.bias"], ["add"], "node_add"),
    node("Relu", ["add"], ["relu"], "node_relu"),
    node("Gemm", ["relu", "layers.2.weight", "layers.2.bias"], ["output"], "node_linear", transB=1),
], [(W1.T.copy(), "layers.0.weight"), (B1, "layers.0.bias"), (W2.T.copy(), "layers.2.weight"), (B2, "layers.2.bias")], plain,
      save_as_external_data=True, all_tensors_to_one_file=True, location="handmade_dynamo.onnx.data", size_threshold=0)

# Types
halves = [a.astype(np.float16) for a in (W1, B1)]
bfloats = [(a.view(np.uint32) >> 16).astype(np.uint16) for a in (W2, B2)]
h1, h2 = double(*halves)
f1, f2 = [(a.astype(np.uint32) << 16).view(np.float32).astype(np.float64) for a in bfloats]
short = [
    node("Cast", ["w1"], ["w1f"], to=TensorProto.FLOAT), node("Cast", ["b1"], ["b1f"], to=TensorProto.FLOAT),
    node("Cast", ["w2"], ["w2f"], to=TensorProto.FLOAT), node("Cast", ["b2"], ["b2f"], to=TensorProto.FLOAT),
    node("Gemm", ["input", "w1f", "b1f"], ["z"]), node("Relu", ["z"], ["a"]), node("Gemm", ["a", "w2f", "b2f"], ["output"]),
]
raw = lambda name, element, a: helper.make_tensor(name, element, a.shape, a.tobytes(), raw=True)
write("half", "8 relu", short, [
    (halves[0], "w1"), (halves[1], "b1"),
    raw("w2", TensorProto.BFLOAT16, bfloats[0]), raw("b2", TensorProto.BFLOAT16, bfloats[1]),
], relu(x @ h1 + h2) @ f1 + f2)
write("typed", "8 relu", short, [
    helper.make_tensor("w1", TensorProto.FLOAT, W1.shape, W1.flatten()),
    helper.make_tensor("b1", TensorProto.DOUBLE, B1.shape, B1.astype(np.float64)),
    helper.make_tensor("w2", TensorProto.FLOAT16, W2.shape, W2.astype(np.float16).flatten().tolist()),
    helper.make_tensor("b2", TensorProto.INT8, B2.shape, [-1, 0, 7]),
], relu(x @ w1 + b1) @ double(W2.astype(np.float16))[0] + np.array([-1, 0, 7]))
write("gemm", "8 relu", [
    node("Constant", [], ["w1"], value=numpy_helper.from_array(W1)),
    node("Gemm", ["input", "w1", "b1"], ["z"], alpha=0.5, beta=2.0), node("Relu", ["z"], ["a"]),
    node("Constant", [], ["c"], value_float=0.25),
    node("Gemm", ["a", "w2", "c"], ["z2"], transB=1),
    node("Dropout", ["z2", "ratio"], ["output"]),
], [(B1, "b1"), (W2.T.copy(), "w2"), (np.array(0.3, np.float32), "ratio")], relu(x @ w1 / 2 + 2 * b1) @ w2 + 0.25)

text = json.dumps(contents, separators=(",", ":")).replace('},{', '},\n{') + "\n"
(folder / "handmade.json").write_text(text)
