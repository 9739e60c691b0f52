#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "onnx/fold_space_to_depth.h"
#include "onnx/onnx_model.h"

/// Whatever the bytes are, the answer is a model with named inputs and outputs, or an error that
/// says why; and what a faster form of a model says is the same.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto bytes = std::as_bytes(std::span{data, size});
    const auto model = vedette::infer::inspect_onnx(bytes);
    const auto faster = vedette::infer::fold_space_to_depth(bytes);
    if (!model) {
        if (model.error().message().empty())
            std::abort();
        return 0;
    }
    if (model->inputs.empty() || model->outputs.empty())
        std::abort();
    for (const auto* tensors : {&model->inputs, &model->outputs})
        for (const auto& tensor : *tensors)
            if (tensor.name.empty() || tensor.shape.size() > 8)
                std::abort();
    if (!faster)
        return 0;
    const auto same = vedette::infer::inspect_onnx(*faster);
    if (!same || same->inputs.size() != model->inputs.size() ||
        same->outputs.size() != model->outputs.size())
        std::abort();
    return 0;
}
