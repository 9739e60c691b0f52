#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"

namespace vedette::vision {

/// Reads a manifest's decoder_options, and the file lists that belong to them.
///
/// Every reader gives its default when the key is absent, and invalid_argument naming manifest, key
/// and value when the value can't be used. A list may be written "8,16,32" or "[8, 16, 32]".
class DecoderOptions {
public:
    /// Borrows the manifest. \return invalid_argument if it has a key that is not in `known`.
    static Result<DecoderOptions> of(const infer::Manifest& manifest,
                                     const std::vector<std::string>& known);

    [[nodiscard]] std::string text(const std::string& key, const std::string& otherwise) const;
    [[nodiscard]] Result<int> integer(const std::string& key, int otherwise, int least,
                                      int most) const;
    [[nodiscard]] Result<double> number(const std::string& key, double otherwise, double least,
                                        double most) const;
    [[nodiscard]] Result<std::vector<double>>
    numbers(const std::string& key, std::vector<double> otherwise, std::size_t count) const;
    /// Distances of a grid's cells: at least one, each 1..1024.
    [[nodiscard]] Result<std::vector<int>> strides(std::vector<int> otherwise) const;
    [[nodiscard]] Error wrong(const std::string& key, const std::string& expected) const;

private:
    explicit DecoderOptions(const infer::Manifest& manifest) : manifest_{manifest} {}
    const infer::Manifest& manifest_;
};

} // namespace vedette::vision
