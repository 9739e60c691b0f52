#include "plate/lattice.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#include "vedette/base/utf8.h"
#include "vedette/vision/plate_grammar.h"

namespace vedette::vision {
namespace {

void add_likelihood(std::vector<Place::Sign>& signs, char32_t sign, double likelihood) {
    for (Place::Sign& known : signs)
        if (known.sign == sign) {
            known.likelihood += likelihood;
            return;
        }
    signs.push_back({sign, likelihood});
}

void spread(std::vector<Place::Sign>& signs, char32_t seen, double probability,
            const SignConfusion& confusion) {
    const auto sources = confusion.sources(seen);
    if (sources.empty())
        add_likelihood(signs, seen, probability);
    for (const SignConfusion::Source& source : sources)
        add_likelihood(signs, source.truth, probability * source.likelihood);
}

Place to_place(const domain::PlateCharacter& character, const SignConfusion& confusion) {
    std::vector<Place::Sign> signs;
    double skip = 0;
    double named = 0;
    for (const domain::SymbolCandidate& candidate : character.candidates) {
        const double probability = std::clamp(static_cast<double>(candidate.probability), 0.0, 1.0);
        if (!(probability > 0))
            continue;
        const std::u32string symbol = decode_utf8(normalize_plate(candidate.symbol));
        if (symbol.empty()) {
            skip += probability; // no sign, or a separator: nothing that counts
        } else if (symbol.size() == 1) {
            spread(signs, symbol.front(), probability, confusion);
            skip += probability * confusion.spurious(symbol.front());
        } else {
            continue;
        }
        named += probability;
    }
    return Place{signs, skip, std::min(named, 1.0)};
}

/// Calls `visit` with every sign below 128 that is in both sets.
template <class Visit>
void for_each_common_ascii(const SignSet& a, const SignSet& b, const Visit& visit) {
    for (std::size_t word = 0; word < a.ascii().size(); ++word)
        for (std::uint64_t bits = a.ascii()[word] & b.ascii()[word]; bits != 0; bits &= bits - 1)
            visit(word * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
}

} // namespace

Place::Place(std::span<const Sign> signs, double skip, double named)
    : signs_{signs.begin(), signs.end()}, skip_{skip}, named_{named} {
    std::stable_sort(signs_.begin(), signs_.end(),
                     [](const Sign& a, const Sign& b) { return a.likelihood > b.likelihood; });
    for (const Sign& sign : signs_) {
        known_.add(sign.sign);
        if (sign.sign < ascii_.size())
            ascii_[sign.sign] = sign.likelihood;
    }
}

double Place::of(char32_t sign) const noexcept {
    if (sign < ascii_.size())
        return ascii_[sign];
    for (const Sign& known : signs_)
        if (known.sign == sign)
            return known.likelihood;
    return 0;
}

double Place::of_any(const SignSet& set) const noexcept {
    double sum = 0;
    for_each_common_ascii(set, known_, [&](std::size_t sign) { sum += ascii_[sign]; });
    for (const char32_t sign : set.others())
        sum += of(sign);
    return sum;
}

Place::Sign Place::best_of(const SignSet& set) const noexcept {
    for (const Sign& sign : signs_)
        if (set.contains(sign.sign))
            return sign;
    return {};
}

double Place::sum() const noexcept {
    double total = skip_;
    for (const Sign& sign : signs_)
        total += sign.likelihood;
    return total;
}

void Place::scale_down(double sum) noexcept {
    for (Sign& sign : signs_) {
        sign.likelihood /= sum;
        if (sign.sign < ascii_.size())
            ascii_[sign.sign] = sign.likelihood;
    }
    skip_ /= sum;
}

std::vector<Place> to_places(std::span<const domain::PlateCharacter> characters,
                             const SignConfusion& confusion) {
    std::vector<Place> places;
    for (const domain::PlateCharacter& character : characters) {
        Place place = to_place(character, confusion);
        if (!place.signs().empty())
            places.push_back(std::move(place));
    }
    return places;
}

std::u32string observed_text(std::span<const Place> places) {
    std::u32string text;
    for (const Place& place : places)
        if (!place.signs().empty() && place.signs().front().likelihood >= place.skip())
            text.push_back(place.signs().front().sign);
    return text;
}

double evidence(const Form& form, std::span<const Place> places) {
    std::vector<double> now(form.states.size(), 0.0);
    std::vector<double> next(form.states.size(), 0.0);
    now.front() = 1;
    for (const Place& place : places) {
        for (std::size_t s = 0; s < now.size(); ++s)
            next[s] = now[s] * place.skip();
        for (std::size_t s = 0; s < now.size(); ++s) {
            if (now[s] <= 0)
                continue;
            for (const Form::Arc& arc : form.states[s].arcs)
                next[static_cast<std::size_t>(arc.to)] +=
                    now[s] * arc.weight * place.of_any(arc.signs);
        }
        now.swap(next);
    }
    double sum = 0;
    for (std::size_t s = 0; s < now.size(); ++s)
        sum += now[s] * form.states[s].end_weight;
    return sum;
}

namespace {

/// The best way to be in a state after some places.
struct Best {
    double score = 0;
    int from = -1;
    char32_t sign = 0; ///< 0: the place was left out
};

void improve(Best& best, double score, int from, char32_t sign) {
    if (score > best.score)
        best = {score, from, sign};
}

std::vector<Best> advance(const Form& form, const Place& place, const std::vector<Best>& now) {
    std::vector<Best> next(now.size());
    for (std::size_t s = 0; s < now.size(); ++s) {
        if (now[s].score <= 0)
            continue;
        const int here = static_cast<int>(s);
        improve(next[s], now[s].score * place.skip(), here, 0);
        for (const Form::Arc& arc : form.states[s].arcs) {
            const Place::Sign sign = place.best_of(arc.signs);
            improve(next[static_cast<std::size_t>(arc.to)],
                    now[s].score * arc.weight * sign.likelihood, here, sign.sign);
        }
    }
    return next;
}

} // namespace

std::u32string best_text(const Form& form, std::span<const Place> places) {
    std::vector<std::vector<Best>> steps(1, std::vector<Best>(form.states.size()));
    steps.front().front().score = 1;
    for (const Place& place : places)
        steps.push_back(advance(form, place, steps.back()));

    int state = -1;
    double best = 0;
    for (std::size_t s = 0; s < form.states.size(); ++s)
        if (const double score = steps.back()[s].score * form.states[s].end_weight; score > best) {
            best = score;
            state = static_cast<int>(s);
        }
    std::u32string text;
    for (std::size_t i = places.size(); i > 0 && state >= 0; --i) {
        const Best& step = steps[i][static_cast<std::size_t>(state)];
        if (step.sign != 0)
            text.push_back(step.sign);
        state = step.from;
    }
    std::reverse(text.begin(), text.end());
    return text;
}

double text_likelihood(std::span<const Place> places, std::u32string_view text) {
    std::vector<double> now(text.size() + 1, 0.0);
    now.front() = 1;
    for (const Place& place : places)
        for (std::size_t n = text.size() + 1; n-- > 0;)
            now[n] = now[n] * place.skip() + (n > 0 ? now[n - 1] * place.of(text[n - 1]) : 0);
    return now.back();
}

std::vector<std::size_t> align_text(std::span<const Place> places, std::u32string_view text) {
    const std::size_t width = text.size() + 1;
    std::vector<double> best((places.size() + 1) * width, 0.0);
    best.front() = 1;
    const auto at = [&best, width](std::size_t i, std::size_t n) -> double& {
        return best[i * width + n];
    };
    const auto taken = [&](std::size_t i, std::size_t n) {
        return n == 0 ? 0.0 : at(i - 1, n - 1) * places[i - 1].of(text[n - 1]);
    };
    for (std::size_t i = 1; i <= places.size(); ++i)
        for (std::size_t n = 0; n < width; ++n)
            at(i, n) = std::max(at(i - 1, n) * places[i - 1].skip(), taken(i, n));
    std::vector<std::size_t> out;
    if (!(best.back() > 0))
        return out;
    std::size_t n = text.size();
    for (std::size_t i = places.size(); i > 0; --i)
        if (n > 0 && at(i, n) == taken(i, n)) {
            out.push_back(i - 1);
            --n;
        }
    std::reverse(out.begin(), out.end());
    return out;
}

} // namespace vedette::vision
