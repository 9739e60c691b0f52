#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plate/form.h"
#include "vedette/base/result.h"

namespace vedette::vision {

/// The plate forms of one region, as one data file describes them.
struct RegionGrammar {
    std::string region;              ///< "de", "us-ca", …
    std::string name;                ///< for people
    std::vector<std::string> groups; ///< "eu", …
    double weight = 1;               ///< how common its plates are beside other regions'; > 0
    std::vector<Form> forms;         ///< weights sum to 1
    std::vector<std::string> match;  ///< normalized texts that must fit
    std::vector<std::string> reject; ///< and that must not
};

/// Reads one file's text (src/vision/plate/grammars/README.md tells the form).
/// \param name  for messages
/// \return invalid_argument with name and line; also when one of its own examples fails.
[[nodiscard]] Result<RegionGrammar> parse_grammar(std::string_view yaml, const std::string& name);

} // namespace vedette::vision
