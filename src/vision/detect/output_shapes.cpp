#include "detect/output_shapes.h"

#include <algorithm>

namespace vedette::vision {

std::vector<Grid> grids_of(const infer::InputSpec& input, const std::vector<int>& strides) {
    std::vector<Grid> grids;
    for (const int stride : strides)
        grids.push_back({stride, (input.width_px + stride - 1) / stride,
                         (input.height_px + stride - 1) / stride});
    return grids;
}

std::size_t total_cells(const std::vector<Grid>& grids) noexcept {
    std::size_t cells = 0;
    for (const Grid& grid : grids)
        cells += grid.cells();
    return cells;
}

Status expect_outputs(const std::string& form, const std::vector<infer::TensorSpec>& outputs,
                      std::size_t count) {
    if (outputs.size() != count)
        return Error{ErrorCode::invalid_argument,
                     "the form '" + form + "' has " + std::to_string(count) +
                         " output(s), the model has " + std::to_string(outputs.size())};
    for (const infer::TensorSpec& output : outputs) {
        if (output.type != infer::ElementType::f32)
            return misfit(form, output, "32-bit floats");
    }
    return {};
}

infer::Shape picture_shape(const infer::TensorSpec& output) {
    infer::Shape shape = output.shape;
    const bool batched = !shape.empty() && (shape.front() == 1 || shape.front() < 0);
    if (batched) // else the model was exported without the batch's dimension
        shape.erase(shape.begin());
    while (shape.size() > 2 && shape.front() == 1)
        shape.erase(shape.begin());
    return shape;
}

Status expect_size(const std::string& form, const infer::TensorSpec& output, std::size_t count) {
    const infer::Shape shape = picture_shape(output);
    if (std::any_of(shape.begin(), shape.end(), [](std::int64_t length) { return length < 0; }))
        return {};
    if (infer::element_count(shape) != count)
        return misfit(form, output, std::to_string(count) + " numbers per picture");
    return {};
}

Error misfit(const std::string& form, const infer::TensorSpec& output,
             const std::string& expected) {
    return {ErrorCode::invalid_argument,
            "output '" + output.name + "' (" + infer::to_string(output.shape) + ", " +
                std::string{infer::to_string(output.type)} + ") does not fit the form '" + form +
                "': expected " + expected};
}

} // namespace vedette::vision
