#include <algorithm>
#include <map>
#include <utility>

#include "vedette/analysis/watchlist.h"
#include "vedette/base/utf8.h"
#include "vedette/domain/plate_text.h"
#include "vedette/ports/plate_matcher.h"
#include "watchlist/hash_index.h"

namespace vedette::analysis {
namespace {

using domain::PlateText;
using ports::PlateMatch;
using ports::PlateMatcher;

constexpr std::ptrdiff_t kMostWildcardsOfOne = 8;
/// So many signs must be left as they are: otherwise everything is near a short plate.
constexpr int kFewestKept = 3;
/// Wildcards are found by so many bytes of their beginning.
constexpr std::size_t kBeginning_bytes = 2;

bool has_wildcards(std::string_view plate) { return plate.find_first_of("?*") != plate.npos; }

int edits_of(WatchRule rule) {
    switch (rule) { // no default: a new rule must be decided here
    case WatchRule::exact:
    case WatchRule::strict: return 0;
    case WatchRule::balanced: return 1;
    case WatchRule::broad: return 2;
    }
    return 0;
}

int edits_allowed(WatchRule rule, int signs) {
    return std::clamp(signs - kFewestKept, 0, edits_of(rule));
}

/// A plate of a list, without wildcards.
struct Entry {
    std::uint32_t list = 0;
    std::uint32_t at = 0; ///< in WatchList::plates
    std::string text;     ///< normalized
    int edits = 0;
};

struct Wildcard {
    std::uint32_t list = 0;
    std::uint32_t at = 0;
    PlateMatcher matcher;
};

/// What the nearest plate of a list is.
struct Nearest {
    WatchNearness nearness = WatchNearness::exact;
    std::uint32_t at = 0;
    std::string why;
};

bool is_nearer(const Nearest& a, const Nearest& b) {
    return std::pair{a.nearness, a.at} < std::pair{b.nearness, b.at};
}

using NearestOfList = std::map<std::uint32_t, Nearest>;

void offer(NearestOfList& found, std::uint32_t list, Nearest candidate) {
    const auto [known, is_new] = found.emplace(list, candidate);
    if (!is_new && is_nearer(candidate, known->second))
        known->second = std::move(candidate);
}

/// The texts a read is found under, each once.
std::vector<std::string_view> texts_of(const PlateText& plate) {
    std::vector<std::string_view> texts;
    for (const std::string_view text :
         {std::string_view{plate.resolved}, std::string_view{plate.normalized}})
        if (!text.empty() && (texts.empty() || texts.front() != text))
            texts.push_back(text);
    return texts;
}

} // namespace

struct WatchIndex::Parts {
    std::vector<WatchList> lists;
    std::vector<Entry> entries;
    std::vector<Wildcard> wildcards;
    HashIndex exact;
    HashIndex near;
    int most_edits = 0;
    bool any_near = false;
    std::map<std::string, std::vector<std::uint32_t>, std::less<>> wildcards_by_beginning;

    Status add(std::uint32_t list, std::uint32_t at);
    void find_exact(std::string_view text, NearestOfList& found) const;
    void find_wildcards(const PlateText& plate, std::string_view text, NearestOfList& found) const;
    void find_near(const PlateText& plate, std::string_view text, NearestOfList& found) const;
    void compare(const Entry& entry, const PlateText& plate, NearestOfList& found) const;
};

Status WatchIndex::Parts::add(std::uint32_t list, std::uint32_t at) {
    const std::string& typed = lists[list].plates[at];
    const WatchRule rule = lists[list].rule;
    if (const Status fine = check_plate(typed, rule); !fine)
        return Error{ErrorCode::invalid_argument,
                     "watch list '" + lists[list].name + "': " + fine.error().message()};
    if (has_wildcards(typed)) {
        VEDETTE_TRY(auto matcher, PlateMatcher::make(typed, PlateMatch::wildcard, 0));
        const auto number = static_cast<std::uint32_t>(wildcards.size());
        wildcards_by_beginning[matcher.beginning().substr(0, kBeginning_bytes)].push_back(number);
        wildcards.push_back({list, at, std::move(matcher)});
        return {};
    }
    Entry entry{list, at, domain::normalize_plate(typed), 0};
    const auto number = static_cast<std::uint32_t>(entries.size());
    exact.add(text_hash(std::string_view{entry.text}), number);
    if (rule != WatchRule::exact) {
        const std::u32string folded = ports::folded_signs(entry.text);
        entry.edits = edits_allowed(rule, static_cast<int>(folded.size()));
        most_edits = std::max(most_edits, entry.edits);
        any_near = true;
        for_each_deletion(folded, entry.edits, [&](std::uint64_t hash) { near.add(hash, number); });
    }
    entries.push_back(std::move(entry));
    return {};
}

void WatchIndex::Parts::find_exact(std::string_view text, NearestOfList& found) const {
    exact.for_each(text_hash(text), [&](std::uint32_t number) {
        const Entry& entry = entries[number];
        if (entry.text == text)
            offer(found, entry.list, {WatchNearness::exact, entry.at, "exactly"});
    });
}

void WatchIndex::Parts::find_wildcards(const PlateText& plate, std::string_view text,
                                       NearestOfList& found) const {
    for (std::size_t bytes = 0; bytes <= std::min(kBeginning_bytes, text.size()); ++bytes) {
        const auto here = wildcards_by_beginning.find(text.substr(0, bytes));
        if (here == wildcards_by_beginning.end())
            continue;
        for (const std::uint32_t number : here->second) {
            const Wildcard& one = wildcards[number];
            if (one.matcher.fits(text))
                offer(found, one.list,
                      {WatchNearness::wildcard, one.at,
                       (text == plate.resolved ? plate.resolved : plate.normalized) + " fits " +
                           lists[one.list].plates[one.at]});
        }
    }
}

/// The definition of nearness: what PlateMatcher says with no edit, one, two.
void WatchIndex::Parts::compare(const Entry& entry, const PlateText& plate,
                                NearestOfList& found) const {
    const WatchRule rule = lists[entry.list].rule;
    if (rule == WatchRule::strict && !(plate.confidence >= kStrictConfidence))
        return;
    for (int edits = 0; edits <= entry.edits; ++edits) {
        const auto matcher = PlateMatcher::make(entry.text, PlateMatch::fuzzy, edits);
        if (!matcher)
            return;
        if (auto why = matcher->match(plate)) {
            const auto nearness = edits == 0   ? WatchNearness::look_alike
                                  : edits == 1 ? WatchNearness::one_edit
                                               : WatchNearness::two_edits;
            return offer(found, entry.list, {nearness, entry.at, *std::move(why)});
        }
    }
}

void WatchIndex::Parts::find_near(const PlateText& plate, std::string_view text,
                                  NearestOfList& found) const {
    const std::u32string folded = ports::folded_signs(text);
    if (folded.size() > kLongestNear + 2)
        return;
    std::vector<std::uint32_t> candidates;
    for_each_deletion(folded, most_edits, [&](std::uint64_t hash) {
        near.for_each(hash, [&](std::uint32_t number) { candidates.push_back(number); });
    });
    std::sort(candidates.begin(), candidates.end());
    candidates.erase(std::unique(candidates.begin(), candidates.end()), candidates.end());
    for (const std::uint32_t number : candidates)
        if (entries[number].text != plate.resolved && entries[number].text != plate.normalized)
            compare(entries[number], plate, found);
}

WatchIndex::WatchIndex() : parts_{std::make_unique<Parts>()} {
    parts_->exact.seal();
    parts_->near.seal();
}
WatchIndex::WatchIndex(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
WatchIndex::WatchIndex(WatchIndex&&) noexcept = default;
WatchIndex& WatchIndex::operator=(WatchIndex&&) noexcept = default;
WatchIndex::~WatchIndex() = default;

Status WatchIndex::check_plate(std::string_view plate, WatchRule rule) {
    const auto refusal = [&](const std::string& why) {
        return Error{ErrorCode::invalid_argument, "plate '" + std::string{plate} + "' " + why};
    };
    if (std::count_if(plate.begin(), plate.end(), [](char c) { return c == '?' || c == '*'; }) >
        kMostWildcardsOfOne)
        return refusal("has more than 8 wildcards");
    const auto how = has_wildcards(plate) ? PlateMatch::wildcard : PlateMatch::exact;
    if (const auto matcher = PlateMatcher::make(plate, how, 0); !matcher)
        return matcher.error();
    if (how == PlateMatch::exact && rule != WatchRule::exact &&
        decode_utf8(domain::normalize_plate(plate)).size() > kLongestNear)
        return refusal("has more than 32 signs; only a list that matches exactly may hold it");
    return {};
}

Result<WatchIndex> WatchIndex::make(std::vector<WatchList> lists) {
    auto parts = std::make_unique<Parts>();
    parts->lists = std::move(lists);
    for (std::uint32_t list = 0; list < parts->lists.size(); ++list)
        for (std::uint32_t at = 0; at < parts->lists[list].plates.size(); ++at) {
            VEDETTE_CHECK_OK(parts->add(list, at));
            if (parts->entries.size() + parts->wildcards.size() > kMostPlates)
                return Error{ErrorCode::invalid_argument,
                             "watch lists: there are more than 100000 plates"};
            if (parts->wildcards.size() > kMostWildcards)
                return Error{ErrorCode::invalid_argument,
                             "watch lists: more than 2000 plates have wildcards"};
        }
    parts->exact.seal();
    parts->near.seal();
    return WatchIndex{std::move(parts)};
}

std::vector<WatchMatch> WatchIndex::match(const PlateText& plate,
                                          const std::optional<domain::CameraId>& camera,
                                          const std::optional<WallTime>& at) const {
    NearestOfList found;
    for (const std::string_view text : texts_of(plate)) {
        parts_->find_exact(text, found);
        parts_->find_wildcards(plate, text, found);
        if (parts_->any_near)
            parts_->find_near(plate, text, found);
    }
    std::vector<WatchMatch> matches;
    for (auto& [number, nearest] : found) {
        const WatchList& list = parts_->lists[number];
        if (camera && !list.cameras.empty() &&
            std::find(list.cameras.begin(), list.cameras.end(), *camera) == list.cameras.end())
            continue;
        if (at && !list.schedule.empty() &&
            std::none_of(list.schedule.begin(), list.schedule.end(),
                         [&](const WatchHours& hours) { return hours.contains(*at); }))
            continue;
        matches.push_back({list.name, list.kind, list.rule, nearest.nearness,
                           list.plates[nearest.at], std::move(nearest.why), list.note,
                           list.rule == WatchRule::exact});
    }
    return matches;
}

const std::vector<WatchList>& WatchIndex::lists() const noexcept { return parts_->lists; }
std::size_t WatchIndex::plates() const noexcept {
    return parts_->entries.size() + parts_->wildcards.size();
}

} // namespace vedette::analysis
