#pragma once

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "vedette/base/result.h"
#include "vedette/infer/manifest.h"

namespace vedette::vision {

/// What stands for "no sign" where signs are counted: true is nothing where a reader saw a sign too
/// many, read is nothing where it lost one.
inline constexpr char32_t kNoSign = 0;

/// How often which sign was read as which: a confusion matrix, the right ones included.
class SignCounts {
public:
    struct Entry {
        char32_t truth = kNoSign;
        char32_t read = kNoSign;
        double count = 0;
        friend bool operator==(const Entry&, const Entry&) = default;
    };

    /// \pre count > 0, and one of the two is a sign
    void add(char32_t truth, char32_t read, double count = 1);
    /// Aligns two texts with the least edits and counts every pair of signs.
    void add_texts(std::u32string_view truth, std::u32string_view read);

    [[nodiscard]] double count(char32_t truth, char32_t read) const noexcept;
    /// How often it really stood there; kNoSign: how many signs were too many.
    [[nodiscard]] double total(char32_t truth) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return counts_.empty(); }
    /// By true sign, then by read sign.
    [[nodiscard]] std::vector<Entry> entries() const;
    /// The wrong ones, most frequent first, at most so many.
    [[nodiscard]] std::vector<Entry> worst(std::size_t most) const;

    /// CSV with the header `true,read,weight`, one row for each pair; an empty cell is no sign.
    [[nodiscard]] std::string to_csv() const;
    /// The same back. \return invalid_argument naming `name` and the line.
    static Result<SignCounts> parse_csv(std::string_view csv, const std::string& name);

private:
    std::map<std::pair<char32_t, char32_t>, double> counts_;
    std::map<char32_t, double> totals_;
};

/// What a sign that was read may really be: P(read | true) for the pairs that are worth speaking
/// of. Immutable; thread-safe.
class SignConfusion {
public:
    struct Source {
        char32_t truth = kNoSign;
        double likelihood = 0; ///< 0..1, that `truth` is read as the sign asked for
    };

    /// By the shape of the signs (0 and O, 1 and I, 8 and B, …), the same both ways; measured on no
    /// reader.
    static const SignConfusion& builtin();
    /// Of a reader: each true sign's row is the mean of a Dirichlet distribution whose prior is
    /// builtin()'s row with the weight of kPriorSigns signs. A sign that was seldom seen keeps its
    /// prior, one that was often seen is as counted. A sign too many (which builtin() knows none
    /// of) is as likely as it was counted among as many signs. Gelman et al., "Bayesian Data
    /// Analysis", 3rd ed., 3.4.
    static SignConfusion measured(const SignCounts& counts);

    static constexpr double kPriorSigns = 100;

    /// The true signs that may be read as this one, itself among them; empty for a sign that is
    /// confused with nothing.
    [[nodiscard]] std::span<const Source> sources(char32_t read) const noexcept;
    /// 0..1: that such a sign is read where none stands.
    [[nodiscard]] double spurious(char32_t read) const noexcept;

private:
    std::map<char32_t, std::vector<Source>> sources_; ///< by the sign that is read
    std::map<char32_t, double> spurious_;
};

/// What a reader's manifest gives as `extra_files.confusion`, a CSV as SignCounts writes it.
/// \return null without such a file; not_found, or invalid_argument naming file and line.
[[nodiscard]] Result<std::shared_ptr<const SignConfusion>>
load_confusion(const infer::Manifest& manifest);

} // namespace vedette::vision
