#pragma once

#include "manifest/path_text.h"
#include "vedette/config/option_set.h"
#include "vedette/infer/manifest.h"

namespace vedette::infer {

/// The keys of a manifest, except `labels` and the hashes of extra files, which load_manifest()
/// reads.
config::OptionSet<Manifest> manifest_options(const VariableSource& variables);

/// A path as a manifest writes it: variables replaced, relative to the manifest's folder.
Result<std::filesystem::path> path_at(const config::Node& node, const VariableSource& variables);

/// 64 hexadecimal digits, given back in lower case.
Result<std::string> sha256_at(const config::Node& node);

/// `labels`: a list, or the path of a file with one label per line.
Result<std::vector<std::string>> labels_at(const config::Node& node,
                                           const VariableSource& variables);

} // namespace vedette::infer
