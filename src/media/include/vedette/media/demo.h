#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "vedette/base/clock.h"
#include "vedette/base/result.h"
#include "vedette/domain/geometry.h"

namespace vedette::media {

/// A street that the project draws itself, with ground truth: for the demo, for tests and for
/// benchmarks. Nothing in it was ever filmed; what is measured on it is to be called synthetic.
///
/// `demo://street?seed=7&seconds=10&time=dusk` names a clip. It is rendered once, into an H.264
/// file in a cache, and read from there like any other video. The same options give the same
/// pictures bit for bit on the same build.

enum class DemoTime { day = 1, dusk, both };

struct DemoOptions {
    std::uint64_t seed = 7;
    int width_px = 1280;    ///< 160 .. 3840, even; the height is 9/16 of it unless given
    int height_px = 720;    ///< 90 .. 2160, even
    double frame_rate = 25; ///< 1 .. 60
    double seconds = 40;    ///< 0.1 .. 3600
    DemoTime time = DemoTime::both;
    friend bool operator==(const DemoOptions&, const DemoOptions&) = default;
};

/// Reads `demo://street` with `seed`, `seconds`, `width`, `height`, `fps`, `time` (day | dusk |
/// both). \return invalid_argument naming the option, its value and what is allowed (an unknown
/// one: the nearest name).
Result<DemoOptions> parse_demo_url(std::string_view url);

/// Where a rendered clip lies.
struct DemoClip {
    std::filesystem::path video;
    std::filesystem::path truth;
};

/// Told now and then while a clip is rendered: frames done and frames in all. Called on the
/// caller's thread.
using DemoProgress = std::function<void(int done, int all)>;

/// Makes sure that the clip is in the cache, rendering it if need be; blocks for that long (about a
/// minute for the default clip). Two processes that want the same clip render it once: the second
/// waits. A clip that is cut short or damaged is made anew. \param cache_dir where clips are kept;
/// empty: `$XDG_CACHE_HOME/vedette/demo` or `~/.cache/vedette/demo` \return permission_denied,
/// resource_exhausted (disk full), unavailable, each with the path; cancelled.
Result<DemoClip> ensure_demo_clip(const DemoOptions& options,
                                  const std::filesystem::path& cache_dir,
                                  const DemoProgress& progress, const std::stop_token& stop);

/// A plate as it really is. Listed while it faces the camera and some of it is in the picture.
struct DemoPlateTruth {
    std::string text;         ///< letters and digits, upper case
    std::string region;       ///< "de", "gb", "us-ca", "br-mercosur", …
    domain::NormQuad corners; ///< may lie outside the picture
    float height_px = 0;      ///< from the upper to the lower edge, in the clip's own pixels
    float visible = 0;        ///< 0..1, share that is in the picture and not covered by others
};

/// One thing in one frame.
struct DemoObjectTruth {
    int id = 0;          ///< the same through the whole clip
    std::string label;   ///< car, truck, bus, motorcycle, person
    std::string kind;    ///< hatchback, sedan, suv, van, lorry, bus, motorcycle, person
    domain::NormBox box; ///< around the pixels that can be seen
    float visible =
        0; ///< 0..1, share of the thing that is in the picture and not covered by others
    std::optional<DemoPlateTruth> plate;
};

struct DemoFrameTruth {
    StreamTime at; ///< middle of the exposure is half a shutter time later
    std::vector<DemoObjectTruth> objects;
};

struct DemoTruth {
    int width_px = 0;
    int height_px = 0;
    double frame_rate = 0;
    std::vector<DemoFrameTruth> frames; ///< one per picture of the video, in order
};

/// Reads what ensure_demo_clip() wrote beside the video (its form: src/media/demo/README.md).
/// \return not_found, data_loss, each with the path.
Result<DemoTruth> load_demo_truth(const std::filesystem::path& path);

} // namespace vedette::media
