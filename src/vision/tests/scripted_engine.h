#pragma once

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "vedette/infer/engine.h"

namespace vedette::vision::testing {

/// What an engine is to say: the numbers of one output for one picture, given what it was shown.
using Script = std::function<void(std::span<const std::byte> picture, std::size_t output,
                                  std::span<float> numbers)>;

/// An engine without a model: its answer to each picture is the script's.
class ScriptedEngine final : public infer::Engine {
public:
    /// Batches of any size; the first dimension of every shape is the batch.
    ScriptedEngine(infer::TensorSpec input, std::vector<infer::TensorSpec> outputs, Script script,
                   int batch = 0)
        : inputs_{std::move(input)}, outputs_{std::move(outputs)}, script_{std::move(script)},
          batch_{batch}, numbers_(outputs_.size()) {}

    [[nodiscard]] const std::vector<infer::TensorSpec>& inputs() const override { return inputs_; }
    [[nodiscard]] const std::vector<infer::TensorSpec>& outputs() const override {
        return outputs_;
    }
    [[nodiscard]] int batch() const override { return batch_; }
    [[nodiscard]] const std::string& name() const override { return name_; }

    [[nodiscard]] Result<std::span<const infer::TensorView>>
    run(std::span<const infer::TensorView> inputs) override {
        const infer::TensorView& pictures = inputs[0];
        const auto count = static_cast<std::size_t>(pictures.shape[0]);
        if (batch_ != 0 && count > static_cast<std::size_t>(batch_))
            return Error{ErrorCode::invalid_argument, "a larger batch than this engine takes"};
        views_.clear();
        for (std::size_t k = 0; k < outputs_.size(); ++k) {
            infer::Shape shape = outputs_[k].shape;
            shape[0] = 1;
            const std::size_t size = infer::element_count(shape);
            numbers_[k].assign(count * size, 0.0F);
            for (std::size_t i = 0; i < count; ++i) {
                const std::size_t bytes = pictures.bytes.size() / count;
                script_(pictures.bytes.subspan(i * bytes, bytes), k,
                        std::span{numbers_[k]}.subspan(i * size, size));
            }
            shape[0] = static_cast<std::int64_t>(count);
            views_.push_back({infer::ElementType::f32, shape,
                              std::as_bytes(std::span<const float>{numbers_[k]})});
        }
        return std::span<const infer::TensorView>{views_};
    }

private:
    std::vector<infer::TensorSpec> inputs_;
    std::vector<infer::TensorSpec> outputs_;
    Script script_;
    int batch_;
    std::vector<std::vector<float>> numbers_;
    std::vector<infer::TensorView> views_;
    std::string name_ = "scripted";
};

} // namespace vedette::vision::testing
