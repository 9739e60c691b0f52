#!/usr/bin/env python3
"""Writes the tiny ONNX models that the tests of infer run. Needs the `onnx` package; run it in this folder.

Weights are small multiples of 1/16, so the tests can compute the same sums exactly.
"""
import onnx
from onnx import TensorProto as T
from onnx import helper as h

OPSET = 11


def weights(count):
    return [((i * 37) % 23 - 11) / 16 for i in range(count)]


def value(name, shape, kind=T.FLOAT):
    return h.make_tensor_value_info(name, kind, shape)


def constant(name, shape, values, kind=T.FLOAT):
    return h.make_tensor(name, kind, shape, values)


def save(name, nodes, inputs, outputs, constants=(), opset=OPSET):
    graph = h.make_graph(nodes, name, inputs, outputs, list(constants))
    model = h.make_model(graph, opset_imports=[h.make_opsetid("", opset)], producer_name="vedette-tests")
    model.ir_version = 6
    with open(f"{name}.onnx", "wb") as out:
        out.write(model.SerializeToString(deterministic=True))
    return model


def add(name, opset=OPSET, op="Add", kind=T.FLOAT):
    return save(name, [h.make_node(op, ["a", "b"], ["sum"])],
                [value("a", [1, 4], kind), value("b", [1, 4], kind)], [value("sum", [1, 4], kind)], opset=opset)


add("add")
add("opset_99", opset=99)
add("unknown_operator", op="NoSuchOperator")
add("half_floats", kind=T.FLOAT16)

save("conv",
     [h.make_node("Conv", ["picture", "weights", "bias"], ["raw"], kernel_shape=[3, 3], pads=[1, 1, 1, 1]),
      h.make_node("Relu", ["raw"], ["features"])],
     [value("picture", [1, 3, 8, 8])], [value("features", [1, 4, 8, 8])],
     [constant("weights", [4, 3, 3, 3], weights(108)), constant("bias", [4], weights(4))])

# Every 2x2 block of pixels as channels, then 3x3: what many detectors begin with. Constants as initializers and as nodes.
def blocks(name, pad=1, shared=False):
    picks, end = [], 2**31 - 1
    for pick, row, column in (("a", 0, 0), ("b", 1, 0), ("c", 0, 1), ("d", 1, 1)):
        picks += [h.make_node("Slice", ["picture", f"at{row}", "end", "rows", "step"], [f"{pick}_rows"]),
                  h.make_node("Slice", [f"{pick}_rows", f"at{column}", "end", "columns", "step"], [pick])]
    side = 2 + 2 * pad
    save(name,
         [h.make_node("Constant", [], ["step"], value=constant("", [1], [2], T.INT64))] + picks +
         [h.make_node("Concat", ["a", "b", "c", "d"], ["blocks"], axis=1),
          h.make_node("Conv", ["blocks", "weights", "bias"], ["raw"], kernel_shape=[3, 3], pads=[pad] * 4),
          h.make_node("Relu", ["raw"], ["features"])],
         [value("picture", [1, 3, 8, 8])],
         [value("features", [1, 4, side, side])] + ([value("blocks", [1, 12, 4, 4])] if shared else []),
         [constant("weights", [4, 12, 3, 3], weights(432)), constant("bias", [4], weights(4)),
          constant("at0", [1], [0], T.INT64), constant("at1", [1], [1], T.INT64), constant("end", [1], [end], T.INT64),
          constant("rows", [1], [2], T.INT64), constant("columns", [1], [3], T.INT64)])


blocks("blocks")
blocks("blocks_shared", shared=True)
blocks("blocks_unpadded", pad=0)

# Big enough that an inference takes about a millisecond: bench/ falls back to it.
layers, constants, channels = [], [], 3
for index, width in enumerate([16, 32, 32]):
    source = "picture" if index == 0 else f"relu{index - 1}"
    fill = h.make_tensor(f"fill{index}", T.FLOAT, [1], [0.03125])
    shape = constant(f"shape{index}", [4], [width, channels, 3, 3], T.INT64)
    constants.append(shape)
    layers += [h.make_node("ConstantOfShape", [f"shape{index}"], [f"w{index}"], value=fill),
               h.make_node("Conv", [source, f"w{index}"], [f"conv{index}"], kernel_shape=[3, 3], strides=[2, 2],
                           pads=[1, 1, 1, 1]),
               h.make_node("Relu", [f"conv{index}"], [f"relu{index}"])]
    channels = width
save("bench_conv", layers, [value("picture", [1, 3, 320, 320])], [value("relu2", [1, 32, 40, 40])], constants)

save("dynamic_batch",
     [h.make_node("Gemm", ["rows", "weights", "bias"], ["raw"], transB=1), h.make_node("Relu", ["raw"], ["scores"])],
     [value("rows", ["batch", 4])], [value("scores", ["batch", 2])],
     [constant("weights", [2, 4], weights(8)), constant("bias", [2], weights(2))])

save("two_outputs",
     [h.make_node("Mul", ["x", "two"], ["double"]), h.make_node("Add", ["x", "one"], ["shifted"]),
      h.make_node("Reshape", ["shifted", "square"], ["plus_one"])],
     [value("x", [1, 4])], [value("double", [1, 4]), value("plus_one", [1, 2, 2])],
     [constant("two", [1], [2.0]), constant("one", [1], [1.0]), constant("square", [3], [1, 2, 2], T.INT64)])

save("bytes_nhwc",
     [h.make_node("Cast", ["picture"], ["floats"], to=T.FLOAT),
      h.make_node("Transpose", ["floats"], ["planes"], perm=[0, 3, 1, 2])],
     [value("picture", [1, 2, 3, 3], T.UINT8)], [value("planes", [1, 3, 2, 3])])

save("quantised",
     [h.make_node("QuantizeLinear", ["x", "step", "zero"], ["bytes"]),
      h.make_node("DequantizeLinear", ["bytes", "step", "zero"], ["rounded"])],
     [value("x", [1, 4])], [value("rounded", [1, 4])],
     [constant("step", [], [0.5]), constant("zero", [], [128], T.UINT8)])

save("not_quantised", [h.make_node("Mul", ["x", "one"], ["rounded"])],  # what "quantised" is a copy of
     [value("x", [1, 4])], [value("rounded", [1, 4])], [constant("one", [], [1.0])])

elsewhere = constant("weights", [2, 4], weights(8))
elsewhere.ClearField("float_data")
elsewhere.data_location = T.EXTERNAL
elsewhere.external_data.add(key="location", value="weights.bin")
save("external_weights", [h.make_node("Gemm", ["rows", "weights"], ["scores"], transB=1)],
     [value("rows", [1, 4])], [value("scores", [1, 2])], [elsewhere])
