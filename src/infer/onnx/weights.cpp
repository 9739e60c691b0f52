#include "onnx/weights.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <utility>

#include "onnx/wire_reader.h"

// Field numbers and types are those of TensorProto in onnx.proto (Apache-2.0,
// github.com/onnx/onnx).
namespace vedette::infer {
namespace {

constexpr std::uint32_t kFloats = 4;
constexpr std::uint32_t kSmallIntegers = 5;
constexpr std::uint32_t kLongIntegers = 7;
constexpr std::uint32_t kRaw = 9;
constexpr std::uint32_t kDoubles = 10;
constexpr std::uint32_t kUnsigned = 11;

/// Where the numbers of one data type are: in a field of their own, or raw.
struct Encoding {
    std::uint64_t type;
    std::uint32_t field;
    std::uint64_t raw_bytes; ///< of one number
};
constexpr std::array kEncodings{
    Encoding{1, kFloats, 4},         // float32
    Encoding{2, kSmallIntegers, 1},  // uint8
    Encoding{3, kSmallIntegers, 1},  // int8
    Encoding{4, kSmallIntegers, 2},  // uint16
    Encoding{5, kSmallIntegers, 2},  // int16
    Encoding{6, kSmallIntegers, 4},  // int32
    Encoding{7, kLongIntegers, 8},   // int64
    Encoding{9, kSmallIntegers, 1},  // bool
    Encoding{10, kSmallIntegers, 2}, // float16
    Encoding{11, kDoubles, 8},       // float64
    Encoding{12, kUnsigned, 4},      // uint32
    Encoding{13, kUnsigned, 8},      // uint64
    Encoding{16, kSmallIntegers, 2}, // bfloat16
};

std::uint64_t numbers_in(const WireReader::Field& field) {
    if (field.is_number)
        return 1;
    if (field.number == kFloats)
        return field.bytes.size() / 4;
    if (field.number == kDoubles)
        return field.bytes.size() / 8;
    // The last byte of each number is the one without the highest bit.
    return static_cast<std::uint64_t>(
        std::count_if(field.bytes.begin(), field.bytes.end(),
                      [](std::byte b) { return (b & std::byte{0x80}) == std::byte{0}; }));
}

/// A product of dimensions that stays at its greatest value when it is larger than any file.
class ElementCount {
public:
    void multiply(std::uint64_t length) {
        constexpr auto kMost = std::numeric_limits<std::uint64_t>::max();
        count_ = length != 0 && count_ > kMost / length ? kMost : count_ * length;
    }
    [[nodiscard]] std::uint64_t value() const { return count_; }

private:
    std::uint64_t count_ = 1;
};

struct Tensor {
    std::string name;
    std::uint64_t type = 0;
    bool external = false;
    ElementCount elements;
    std::array<std::uint64_t, kUnsigned + 1> numbers{}; ///< by field
    std::uint64_t raw_bytes = 0;

    void take(const WireReader::Field& field);
    void take_dimensions(const WireReader::Field& field);
    [[nodiscard]] bool complete() const;
};

void Tensor::take_dimensions(const WireReader::Field& field) {
    if (field.is_number)
        return elements.multiply(field.value);
    WireReader lengths{field.bytes};
    while (const auto length = lengths.number())
        elements.multiply(*length);
}

void Tensor::take(const WireReader::Field& field) {
    constexpr std::uint64_t kExternal = 1;
    switch (field.number) {
    case 1: take_dimensions(field); break;
    case 2: type = field.value; break;
    case 8: name = field.text(); break;
    case kRaw: raw_bytes = field.bytes.size(); break;
    case 14: external = field.value == kExternal; break;
    case kFloats:
    case kSmallIntegers:
    case kLongIntegers:
    case kDoubles:
    case kUnsigned: numbers[field.number] += numbers_in(field); break;
    default: break;
    }
}

bool Tensor::complete() const {
    const auto* const encoding =
        std::find_if(kEncodings.begin(), kEncodings.end(),
                     [this](const Encoding& known) { return known.type == type; });
    if (encoding == kEncodings.end())
        return true; // strings and what is newer than this list: the back-end's to refuse
    return elements.value() <= std::max(numbers[encoding->field], raw_bytes / encoding->raw_bytes);
}

} // namespace

Result<std::string> check_weights(std::span<const std::byte> message) {
    Tensor tensor;
    WireReader fields{message};
    while (const auto field = fields.next())
        tensor.take(*field);
    if (!fields.ok())
        return Error{ErrorCode::data_loss, "the weights '" + tensor.name + "' are damaged"};
    if (tensor.external)
        return Error{ErrorCode::invalid_argument,
                     "the weights '" + tensor.name +
                         "' lie in another file, which no hash covers; "
                         "save the model as one file"};
    if (!tensor.complete())
        return Error{ErrorCode::data_loss,
                     "the weights '" + tensor.name + "' are fewer than their shape says"};
    return std::move(tensor.name);
}

} // namespace vedette::infer
