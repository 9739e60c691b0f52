#pragma once

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "vedette/base/registry.h"
#include "vedette/base/result.h"
#include "vedette/infer/tensor.h"

namespace vedette::infer {

/// What a device computes in. `automatic` is the device's own choice (bf16 where a CPU has it), and
/// the quantised copy of a model where there is one and the CPU has instructions for it; `int8`
/// runs the integer operators of a model that was quantised when it was exported: nothing is
/// quantised at load.
enum class Precision { automatic = 1, f32, bf16, f16, int8 };

/// How a model is put to work.
struct EngineOptions {
    std::string device =
        "cpu"; ///< "cpu", "gpu", "npu", "cuda:0", "tensorrt:0", "opencl"; known to the back-end
    int threads = 1; ///< of one inference
    Precision precision = Precision::automatic;
    std::filesystem::path cache_dir = {}; ///< compiled models; empty: none are kept
    /// The first input's, in place of what the file declares; -1 keeps a length; empty: all of it.
    /// Right only for a network that does the same at every place of the picture.
    Shape input_shape = {};
};

/// One loaded model: tensors in, tensors out.
///
/// Thread-compatible: one inference at a time; make one per thread. Engines of the same model may
/// share weights.
class Engine {
public:
    virtual ~Engine() = default;
    /// As the file declares them; a back-end may know the outputs' shapes better.
    [[nodiscard]] virtual const std::vector<TensorSpec>& inputs() const = 0;
    [[nodiscard]] virtual const std::vector<TensorSpec>& outputs() const = 0;

    /// \param inputs in the order of inputs(); the first dimension may differ from the model's
    /// where it is a batch
    ///   and batch() allows it. Borrowed for the length of the call.
    /// \return the outputs in the order of outputs(), valid until the next run() or the end of this
    /// engine;
    ///   invalid_argument for a wrong count, type or shape; unavailable if the device failed.
    ///   Numbers that are not finite are passed on as they are.
    [[nodiscard]] virtual Result<std::span<const TensorView>>
    run(std::span<const TensorView> inputs) = 0;

    /// Largest batch that run() takes: 0 for any, if the model leaves the first dimension of every
    /// input open; else
    /// 1. A model exported for one picture is not stretched to more: its inner shapes need not
    /// survive that.
    [[nodiscard]] virtual int batch() const = 0;
    /// "openvino cpu bf16", for people, logs and reports.
    [[nodiscard]] virtual const std::string& name() const = 0;
};

/// Back-end name ("openvino", "onnxruntime", "opencv") -> factory. Errors of a factory: not_found
/// and data_loss for the file; invalid_argument if the back-end can't run this model; unavailable
/// if the device is not here.
using BackendRegistry =
    Registry<Engine, const std::filesystem::path& /*onnx*/, const EngineOptions&>;

Status register_builtin_backends(BackendRegistry& registry);

} // namespace vedette::infer
