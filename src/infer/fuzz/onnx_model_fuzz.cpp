#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "onnx/onnx_model.h"

/// Whatever the bytes are, the answer is a model with named inputs and outputs, or an error that
/// says why.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto model = vedette::infer::inspect_onnx(std::as_bytes(std::span{data, size}));
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
    return 0;
}
