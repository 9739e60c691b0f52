#pragma once

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <gtest/gtest.h>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

/// Golden scenarios: files that a person can read and write. Above the line "=>" stands what
/// happens, below it what is to come out of that.
namespace vedette {

/// Every `*.scenario` of this folder of the module, in order.
inline std::vector<std::filesystem::path> scenarios_in(const std::string& folder) {
    std::vector<std::filesystem::path> files;
    for (const auto& entry :
         std::filesystem::directory_iterator{std::filesystem::path{VEDETTE_MODULE_DIR} / folder})
        if (entry.path().extension() == ".scenario")
            files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    return files;
}

/// Compares what `play` tells of the upper part with the lower part; writes that anew under
/// `./dev golden --update`.
inline void expect_scenario(const std::filesystem::path& file,
                            const std::function<std::string(const std::string&)>& play) {
    constexpr std::string_view kMark = "=>\n";
    std::ifstream in{file, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    const std::size_t mark = text.find(kMark);
    ASSERT_NE(mark, std::string::npos) << file << " has no line '=>'";
    const std::string input = text.substr(0, mark);
    const std::string told = play(input);
    if (std::getenv("VEDETTE_UPDATE_GOLDEN") != nullptr) {
        std::ofstream{file, std::ios::binary} << input << kMark << told;
        return;
    }
    EXPECT_EQ(told, text.substr(mark + kMark.size()));
}

} // namespace vedette
