#pragma once

#include <cstdint>
#include <unordered_map>
#include <vector>

#include "demo/actors.h"
#include "vedette/media/demo.h"

namespace vedette::media::demo {

/// Counts, while things are drawn one after the other, which pixels each covers and which of them
/// are seen.
///
/// Thread-compatible.
class TruthCounter {
public:
    TruthCounter(int width_px, int height_px);

    void clear();
    /// What follows belongs to this thing.
    void begin(int id);
    /// \param pixel index into the picture; \param seen whether nothing drawn so far is nearer
    void touch(std::size_t pixel, bool seen, Part part);

    /// \param actors those that were drawn
    [[nodiscard]] DemoFrameTruth truth(const StreetCamera& camera,
                                       const std::vector<Actor>& actors) const;

    /// Id of what is seen at a pixel; 0: the street.
    [[nodiscard]] int id_at(std::size_t pixel) const { return owner_[pixel]; }

private:
    struct Seen {
        int pixels = 0;
        int plate_pixels = 0;
        Clip box{};
    };
    [[nodiscard]] std::unordered_map<int, Seen> visible_pixels() const;
    [[nodiscard]] DemoObjectTruth object(const StreetCamera& camera, const Actor& actor,
                                         const Seen& seen) const;

    int width_;
    int height_;
    int current_ = 0;
    std::vector<std::int32_t> owner_;        ///< who is seen
    std::vector<std::int32_t> last_touched_; ///< who covered it last, seen or not
    std::vector<std::uint8_t> plate_;        ///< whether a plate is seen
    std::unordered_map<int, int> covered_;   ///< pixels each covers, seen or not
};

} // namespace vedette::media::demo
