#include "demo/truth_file.h"

#include <cerrno>
#include <cmath>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>

namespace vedette::media {
namespace {

using nlohmann::json;

constexpr int kFormVersion = 1;

/// Five digits of a picture's width are a fiftieth of a pixel at 1280.
double rounded(float v) { return std::round(static_cast<double>(v) * 1e5) / 1e5; }

json to_json(const DemoPlateTruth& plate) {
    json corners = json::array();
    for (const auto& c : plate.corners)
        corners.push_back({rounded(c.x), rounded(c.y)});
    return {{"text", plate.text},
            {"region", plate.region},
            {"corners", std::move(corners)},
            {"height_px", std::round(static_cast<double>(plate.height_px) * 100) / 100},
            {"visible", rounded(plate.visible)}};
}

json to_json(const DemoObjectTruth& object) {
    json out{{"id", object.id},
             {"label", object.label},
             {"kind", object.kind},
             {"box",
              {rounded(object.box.left), rounded(object.box.top), rounded(object.box.width),
               rounded(object.box.height)}},
             {"visible", rounded(object.visible)}};
    if (object.plate)
        out["plate"] = to_json(*object.plate);
    return out;
}

DemoPlateTruth plate_from(const json& in) {
    DemoPlateTruth plate;
    plate.text = in.at("text").get<std::string>();
    plate.region = in.at("region").get<std::string>();
    for (std::size_t i = 0; i < plate.corners.size(); ++i)
        plate.corners[i] = {in.at("corners").at(i).at(0).get<float>(),
                            in.at("corners").at(i).at(1).get<float>()};
    plate.height_px = in.at("height_px").get<float>();
    plate.visible = in.at("visible").get<float>();
    return plate;
}

DemoObjectTruth object_from(const json& in) {
    DemoObjectTruth object;
    object.id = in.at("id").get<int>();
    object.label = in.at("label").get<std::string>();
    object.kind = in.at("kind").get<std::string>();
    const json& box = in.at("box");
    object.box = {box.at(0).get<float>(), box.at(1).get<float>(), box.at(2).get<float>(),
                  box.at(3).get<float>()};
    object.visible = in.at("visible").get<float>();
    if (in.contains("plate"))
        object.plate = plate_from(in.at("plate"));
    return object;
}

DemoTruth truth_from(const json& in) {
    DemoTruth truth;
    truth.width_px = in.at("width_px").get<int>();
    truth.height_px = in.at("height_px").get<int>();
    truth.frame_rate = in.at("frame_rate").get<double>();
    for (const json& frame : in.at("frames")) {
        DemoFrameTruth& out = truth.frames.emplace_back();
        out.at = StreamTime{std::chrono::microseconds{frame.at("at_us").get<std::int64_t>()}};
        for (const json& object : frame.at("objects"))
            out.objects.push_back(object_from(object));
    }
    return truth;
}

} // namespace

namespace demo {

Status write_truth(const DemoTruth& truth, const std::filesystem::path& path) {
    json frames = json::array();
    for (const DemoFrameTruth& frame : truth.frames) {
        json objects = json::array();
        for (const DemoObjectTruth& object : frame.objects)
            objects.push_back(to_json(object));
        frames.push_back(
            {{"at_us", frame.at.time_since_epoch().count()}, {"objects", std::move(objects)}});
    }
    const json all{{"form", kFormVersion},
                   {"width_px", truth.width_px},
                   {"height_px", truth.height_px},
                   {"frame_rate", truth.frame_rate},
                   {"frames", std::move(frames)}};
    return write_text(all.dump(), path);
}

Status write_text(const std::string& text, const std::filesystem::path& path) {
    errno = 0;
    std::ofstream out{path, std::ios::binary | std::ios::trunc};
    out << text;
    out.close();
    if (out)
        return {};
    const int error = errno;
    const std::string what = "write '" + path.string() + "': " + std::strerror(error);
    switch (error) {
    case ENOSPC:
    case EDQUOT:
        return Error{ErrorCode::resource_exhausted,
                     what + "; free some space or choose another cache folder"};
    case EACCES:
    case EPERM:
    case EROFS: return Error{ErrorCode::permission_denied, what + "; choose another cache folder"};
    default: return Error{ErrorCode::unavailable, what};
    }
}

} // namespace demo

Result<DemoTruth> load_demo_truth(const std::filesystem::path& path) {
    std::ifstream in{path, std::ios::binary};
    if (!in)
        return Error{ErrorCode::not_found,
                     "open '" + path.string() + "': no such ground truth; render the clip first"};
    try {
        const json all = json::parse(in);
        if (all.at("form").get<int>() != kFormVersion)
            return Error{ErrorCode::data_loss,
                         "read '" + path.string() +
                             "': written by another version; delete it and render the clip again"};
        return truth_from(all);
    } catch (const json::exception& damaged) {
        return Error{ErrorCode::data_loss, "read '" + path.string() + "': " + damaged.what() +
                                               "; delete it and render the clip again"};
    }
}

} // namespace vedette::media
