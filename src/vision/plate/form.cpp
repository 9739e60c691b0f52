#include "plate/form.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <optional>
#include <utility>

#include "vedette/base/utf8.h"

namespace vedette::vision {
namespace {

constexpr int kMaxRepeat = 16;
constexpr std::size_t kMaxStates = 4096;

/// A place where the next element continues, with the weight of having come there.
struct Open {
    int state = 0;
    double weight = 1;
};

struct Repeat {
    int least = 1;
    int most = 1;
};

/// Reads a pattern from left to right while it grows the automaton.
class Compiler {
public:
    Compiler(std::string_view pattern, const PatternNames& names)
        : pattern_{decode_utf8(pattern)}, names_{names} {
        form_.states.emplace_back();
        open_.push_back({});
    }

    Result<Form> run() {
        while (at_ < pattern_.size()) {
            if (pattern_[at_] == U' ') {
                ++at_;
                continue;
            }
            VEDETTE_CHECK_OK(element());
            if (form_.states.size() > kMaxStates)
                return wrong("has too many alternatives");
        }
        for (const Open& open : open_)
            form_.states[static_cast<std::size_t>(open.state)].end_weight += open.weight;
        if (form_.states.front().end_weight > 0)
            return wrong("also fits an empty plate");
        return std::move(form_);
    }

private:
    Status element() {
        const char32_t c = pattern_[at_];
        if (c == U'<')
            return list();
        SignSet signs;
        if (c == U'[') {
            VEDETTE_CHECK_OK(bracket(signs));
        } else {
            VEDETTE_CHECK_OK(letter(c, signs));
            ++at_;
        }
        VEDETTE_TRY(const Repeat repeat, repetition());
        append(signs, repeat);
        return {};
    }

    Status letter(char32_t c, SignSet& signs) const {
        if (c != U'L' && c != U'D' && c != U'X')
            return wrong("has a sign outside brackets that is none of L, D, X");
        if (c != U'D')
            add_all(signs, names_.letters);
        if (c != U'L')
            add_all(signs, names_.digits);
        return {};
    }

    static void add_all(SignSet& signs, std::string_view utf8) {
        for (const char32_t sign : decode_utf8(utf8))
            signs.add(sign);
    }

    Status bracket(SignSet& signs) {
        const std::size_t close = pattern_.find(U']', at_);
        if (close == std::u32string::npos)
            return wrong("lacks a ']'");
        for (std::size_t i = at_ + 1; i < close; ++i) {
            char32_t last = pattern_[i];
            if (i + 2 < close && pattern_[i + 1] == U'-')
                last = pattern_[i + 2];
            if (last < pattern_[i] || last - pattern_[i] > 0x7F)
                return wrong("has a range that runs backwards or is too long");
            for (char32_t sign = pattern_[i]; sign <= last; ++sign)
                signs.add(sign);
            if (last != pattern_[i])
                i += 2;
        }
        if (signs.size() == 0)
            return wrong("has empty brackets");
        at_ = close + 1;
        return {};
    }

    Result<Repeat> repetition() {
        if (at_ >= pattern_.size() || pattern_[at_] != U'{')
            return Repeat{};
        const std::size_t close = pattern_.find(U'}', at_);
        if (close == std::u32string::npos)
            return wrong("lacks a '}'");
        const std::string inside =
            encode_utf8(std::u32string_view{pattern_}.substr(at_ + 1, close - at_ - 1));
        const std::size_t comma = inside.find(',');
        const auto least = number(std::string_view{inside}.substr(0, comma));
        const auto most =
            comma == std::string::npos ? least : number(std::string_view{inside}.substr(comma + 1));
        if (!least || !most || *least > *most || *most == 0)
            return wrong("has a repetition that is not {n} or {m,n} with m <= n <= 16");
        at_ = close + 1;
        return Repeat{*least, *most};
    }

    static std::optional<int> number(std::string_view digits) {
        int value = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), value);
        if (error != std::errc{} || end != digits.data() + digits.size() || value < 0 ||
            value > kMaxRepeat)
            return std::nullopt;
        return value;
    }

    int new_state() {
        form_.states.emplace_back();
        return static_cast<int>(form_.states.size()) - 1;
    }

    /// Every count from least to most is equally likely.
    void append(const SignSet& signs, Repeat repeat) {
        std::vector<Open> ends;
        std::vector<Open> current = std::move(open_);
        for (int n = 0; n < repeat.most; ++n) {
            if (n >= repeat.least)
                split(current, 1.0 / (repeat.most - n + 1), ends);
            const int next = new_state();
            connect(current, signs, next);
            current = {{next, 1.0}};
        }
        ends.insert(ends.end(), current.begin(), current.end());
        open_ = std::move(ends);
    }

    /// Lets `share` of the weight leave; the rest goes on.
    static void split(std::vector<Open>& going_on, double share, std::vector<Open>& leaving) {
        for (Open& open : going_on) {
            leaving.push_back({open.state, open.weight * share});
            open.weight *= 1 - share;
        }
    }

    void connect(const std::vector<Open>& from, const SignSet& signs, int to) {
        for (const Open& open : from)
            form_.states[static_cast<std::size_t>(open.state)].arcs.push_back(
                {signs, to, open.weight / signs.size()});
    }

    Status list() {
        const std::size_t close = pattern_.find(U'>', at_);
        if (close == std::u32string::npos)
            return wrong("lacks a '>'");
        const std::string name =
            encode_utf8(std::u32string_view{pattern_}.substr(at_ + 1, close - at_ - 1));
        const auto found = names_.lists.find(name);
        if (found == names_.lists.end() || found->second.empty())
            return wrong("names the list <" + name + ">, which is not there or empty");
        const std::vector<Open> start = std::move(open_);
        open_.clear();
        for (const std::string& word : found->second)
            append_word(start, decode_utf8(word), 1.0 / static_cast<double>(found->second.size()));
        at_ = close + 1;
        return {};
    }

    void append_word(const std::vector<Open>& start, std::u32string_view word, double share) {
        std::vector<Open> current = start;
        for (Open& open : current)
            open.weight *= share;
        for (const char32_t sign : word) {
            SignSet signs;
            signs.add(sign);
            const int next = new_state();
            connect(current, signs, next);
            current = {{next, 1.0}};
        }
        open_.insert(open_.end(), current.begin(), current.end());
    }

    [[nodiscard]] Error wrong(const std::string& what) const {
        return Error{ErrorCode::invalid_argument, "the pattern '" + encode_utf8(pattern_) + "' " +
                                                      what + " (at sign " +
                                                      std::to_string(at_ + 1) + ")"};
    }

    const std::u32string pattern_;
    const PatternNames& names_;
    std::size_t at_ = 0;
    Form form_;
    std::vector<Open> open_;
};

} // namespace

void SignSet::add(char32_t sign) {
    if (sign < 128) {
        ascii_[sign / 64] |= std::uint64_t{1} << (sign % 64);
        return;
    }
    const auto where = std::lower_bound(others_.begin(), others_.end(), sign);
    if (where == others_.end() || *where != sign)
        others_.insert(where, sign);
}

bool SignSet::contains(char32_t sign) const noexcept {
    if (sign < 128)
        return ((ascii_[sign / 64] >> (sign % 64)) & 1U) != 0;
    return std::binary_search(others_.begin(), others_.end(), sign);
}

int SignSet::size() const noexcept {
    return std::popcount(ascii_[0]) + std::popcount(ascii_[1]) + static_cast<int>(others_.size());
}

Result<Form> compile_form(std::string_view pattern, const PatternNames& names) {
    return Compiler{pattern, names}.run();
}

double text_probability(const Form& form, std::u32string_view text) {
    std::vector<double> now(form.states.size(), 0.0);
    now.front() = 1;
    for (const char32_t sign : text) {
        std::vector<double> next(form.states.size(), 0.0);
        for (std::size_t s = 0; s < form.states.size(); ++s) {
            if (now[s] <= 0)
                continue;
            for (const Form::Arc& arc : form.states[s].arcs)
                if (arc.signs.contains(sign))
                    next[static_cast<std::size_t>(arc.to)] += now[s] * arc.weight;
        }
        now = std::move(next);
    }
    double sum = 0;
    for (std::size_t s = 0; s < form.states.size(); ++s)
        sum += now[s] * form.states[s].end_weight;
    return sum;
}

} // namespace vedette::vision
