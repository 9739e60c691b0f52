#include "vedette/vision/sign_confusion.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <fstream>
#include <iterator>
#include <optional>
#include <set>

#include "vedette/base/utf8.h"
#include "vedette/vision/align_signs.h"

namespace vedette::vision {
namespace {

constexpr std::string_view kHeader = "true,read,weight";
/// 37 by 37 pairs take 20 KiB.
constexpr std::uintmax_t kMostBytes = 1U << 20U;
constexpr double kMostCount = 1e12;

struct Pair {
    char32_t a, b;
    double probability; ///< that one is read where the other stands, either way
};

/// Small and by shape. O/0 and I/1 are the same drawing on many plates, so there even a certain
/// reader knows little.
constexpr std::array kAlike{
    Pair{U'0', U'O', 0.10}, Pair{U'1', U'I', 0.08},  Pair{U'0', U'Q', 0.01}, Pair{U'O', U'Q', 0.01},
    Pair{U'0', U'D', 0.01}, Pair{U'O', U'D', 0.01},  Pair{U'8', U'B', 0.01}, Pair{U'5', U'S', 0.01},
    Pair{U'2', U'Z', 0.01}, Pair{U'6', U'G', 0.01},  Pair{U'4', U'A', .003}, Pair{U'7', U'T', .002},
    Pair{U'1', U'L', .003}, Pair{U'7', U'Z', 0.002}, Pair{U'U', U'V', .003}, Pair{U'C', U'G', .003},
    Pair{U'7', U'1', .003}, Pair{U'1', U'T', 0.002}, Pair{U'M', U'N', .002}, Pair{U'V', U'Y', .002},
    Pair{U'3', U'B', .002}, Pair{U'E', U'F', 0.002}, Pair{U'P', U'R', .002}, Pair{U'H', U'M', .001},
};

/// P(read | true), the rows of the table above.
std::map<char32_t, double> alike(char32_t truth) {
    std::map<char32_t, double> row{{truth, 1.0}};
    for (const Pair& pair : kAlike)
        if (pair.a == truth || pair.b == truth) {
            row[pair.a == truth ? pair.b : pair.a] += pair.probability;
            row[truth] -= pair.probability;
        }
    return row;
}

std::set<char32_t> signs_of_table() {
    std::set<char32_t> out;
    for (const Pair& pair : kAlike)
        out.insert({pair.a, pair.b});
    return out;
}

std::string cell(char32_t sign) { return sign == kNoSign ? "" : encode_utf8({&sign, 1}); }

/// As it was counted: whole numbers without a point.
std::string number(double value) {
    std::array<char, 32> buffer{};
    const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    return error == std::errc{} ? std::string{buffer.data(), end} : "0";
}

/// One row of a table of confusions; nothing if it is none.
std::optional<SignCounts::Entry> parse_row(std::string_view row) {
    const std::size_t first = row.find(',');
    const std::size_t second = first == std::string_view::npos ? first : row.find(',', first + 1);
    if (second == std::string_view::npos)
        return std::nullopt;
    const std::u32string truth = decode_utf8(row.substr(0, first));
    const std::u32string read = decode_utf8(row.substr(first + 1, second - first - 1));
    const std::string_view weight = row.substr(second + 1);
    SignCounts::Entry out;
    const auto [end, error] =
        std::from_chars(weight.data(), weight.data() + weight.size(), out.count);
    const bool counted = error == std::errc{} && end == weight.data() + weight.size() &&
                         out.count > 0 && out.count <= kMostCount;
    const bool signs = truth.size() <= 1 && read.size() <= 1 && truth.find(kNoSign) == truth.npos &&
                       read.find(kNoSign) == read.npos;
    if (!counted || !signs || (truth.empty() && read.empty()))
        return std::nullopt;
    out.truth = truth.empty() ? kNoSign : truth.front();
    out.read = read.empty() ? kNoSign : read.front();
    return out;
}

} // namespace

void SignCounts::add(char32_t truth, char32_t read, double count) {
    counts_[{truth, read}] += count;
    totals_[truth] += count;
}

void SignCounts::add_texts(std::u32string_view truth, std::u32string_view read) {
    for (const AlignedSigns& pair : align_signs(truth, read))
        add(pair.a == AlignedSigns::kNone ? kNoSign : truth[pair.a],
            pair.b == AlignedSigns::kNone ? kNoSign : read[pair.b]);
}

double SignCounts::count(char32_t truth, char32_t read) const noexcept {
    const auto found = counts_.find({truth, read});
    return found == counts_.end() ? 0 : found->second;
}

double SignCounts::total(char32_t truth) const noexcept {
    const auto found = totals_.find(truth);
    return found == totals_.end() ? 0 : found->second;
}

std::vector<SignCounts::Entry> SignCounts::entries() const {
    std::vector<Entry> out;
    for (const auto& [pair, count] : counts_)
        out.push_back({pair.first, pair.second, count});
    return out;
}

std::vector<SignCounts::Entry> SignCounts::worst(std::size_t most) const {
    std::vector<Entry> out = entries();
    std::erase_if(out, [](const Entry& entry) { return entry.truth == entry.read; });
    std::stable_sort(out.begin(), out.end(),
                     [](const Entry& a, const Entry& b) { return a.count > b.count; });
    out.resize(std::min(out.size(), most));
    return out;
}

std::string SignCounts::to_csv() const {
    std::string out{kHeader};
    out += '\n';
    for (const Entry& entry : entries())
        out += cell(entry.truth) + "," + cell(entry.read) + "," + number(entry.count) + "\n";
    return out;
}

Result<SignCounts> SignCounts::parse_csv(std::string_view csv, const std::string& name) {
    SignCounts out;
    bool header = true;
    for (int line = 1; !csv.empty(); ++line) {
        const std::size_t end = std::min(csv.find('\n'), csv.size());
        std::string_view row = csv.substr(0, end);
        csv.remove_prefix(std::min(end + 1, csv.size()));
        if (row.ends_with('\r'))
            row.remove_suffix(1);
        if (row.empty())
            continue;
        const auto wrong = [&](const std::string& what) {
            return Error{ErrorCode::invalid_argument,
                         name + ":" + std::to_string(line) + ": " + what};
        };
        if (std::exchange(header, false)) {
            if (row != kHeader)
                return wrong("a table of confusions begins with " + std::string{kHeader});
            continue;
        }
        const auto entry = parse_row(row);
        if (!entry)
            return wrong("expected a sign or nothing, a sign or nothing, and a number above 0");
        if (out.count(entry->truth, entry->read) > 0)
            return wrong("this pair of signs is counted twice");
        out.add(entry->truth, entry->read, entry->count);
    }
    if (out.empty())
        return Error{ErrorCode::invalid_argument, name + ": the table of confusions is empty"};
    return out;
}

const SignConfusion& SignConfusion::builtin() {
    static const SignConfusion kBuiltin = [] {
        SignConfusion out;
        for (const char32_t truth : signs_of_table())
            for (const auto& [read, likelihood] : alike(truth))
                out.sources_[read].push_back({truth, likelihood});
        return out;
    }();
    return kBuiltin;
}

SignConfusion SignConfusion::measured(const SignCounts& counts) {
    SignConfusion out;
    std::set<char32_t> truths = signs_of_table();
    double signs = 0;
    for (const SignCounts::Entry& entry : counts.entries()) {
        if (entry.truth == kNoSign)
            continue;
        truths.insert(entry.truth);
        signs += entry.count;
    }
    for (const char32_t truth : truths) {
        std::map<char32_t, double> row = alike(truth);
        for (auto& [read, weight] : row)
            weight *= kPriorSigns;
        for (const SignCounts::Entry& entry : counts.entries())
            if (entry.truth == truth && entry.read != kNoSign)
                row[entry.read] += entry.count;
        for (const auto& [read, weight] : row)
            out.sources_[read].push_back({truth, weight / (counts.total(truth) + kPriorSigns)});
    }
    for (const SignCounts::Entry& entry : counts.entries())
        if (entry.truth == kNoSign)
            out.spurious_[entry.read] = std::min(entry.count / (signs + kPriorSigns), 1.0);
    return out;
}

std::span<const SignConfusion::Source> SignConfusion::sources(char32_t read) const noexcept {
    const auto found = sources_.find(read);
    return found == sources_.end() ? std::span<const Source>{} : found->second;
}

double SignConfusion::spurious(char32_t read) const noexcept {
    const auto found = spurious_.find(read);
    return found == spurious_.end() ? 0 : found->second;
}

Result<std::shared_ptr<const SignConfusion>> load_confusion(const infer::Manifest& manifest) {
    const auto file = manifest.extra_files.find("confusion");
    if (file == manifest.extra_files.end())
        return std::shared_ptr<const SignConfusion>{};
    const std::string name = file->second.string();
    std::error_code error;
    const std::uintmax_t bytes = std::filesystem::file_size(file->second, error);
    if (error)
        return Error{ErrorCode::not_found,
                     "extra_files.confusion: " + name + ": " + error.message()};
    if (bytes > kMostBytes)
        return Error{ErrorCode::invalid_argument,
                     "extra_files.confusion: " + name +
                         " is no table of confusions: " + std::to_string(bytes) + " bytes"};
    std::ifstream in{file->second, std::ios::binary};
    const std::string text{std::istreambuf_iterator<char>{in}, {}};
    VEDETTE_TRY(const SignCounts counts, SignCounts::parse_csv(text, name));
    return std::make_shared<const SignConfusion>(SignConfusion::measured(counts));
}

} // namespace vedette::vision
