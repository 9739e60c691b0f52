#include <algorithm>
#include <nlohmann/json.hpp>
#include <set>

#include "clip_parts.h"
#include "file_digest.h"
#include "vedette/crypto/sha256.h"
#include "vedette/recording/clip_export.h"

namespace vedette::recording {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kPiece_bytes = std::size_t{256} << 10U;

Json span_json(WallTime from, WallTime to) {
    return {{"from", text_of(from)}, {"to", text_of(to)}};
}

Json source_json(const ExportManifest::Source& one) {
    return {{"segment", one.segment},
            {"file", one.file},
            {"from", text_of(one.from)},
            {"to", text_of(one.to)},
            {"sha256", one.sha256}};
}

Json left_out_json(const ExportManifest::LeftOut& one) {
    return {{"segment", one.segment},
            {"file", one.file},
            {"from", text_of(one.from)},
            {"to", text_of(one.to)},
            {"why", one.why}};
}

const char* method_of(const ExportManifest& manifest) {
    if (manifest.speed > 1)
        return "pictures decoded and encoded again as a time lapse";
    return manifest.exact ? "pictures decoded and encoded again"
                          : "recorded packets copied, from a key frame on";
}

} // namespace

ExportManifest manifest_of(const Clip& clip, const std::string& file) {
    ExportManifest out;
    out.camera = clip.camera;
    out.given_from = clip.from();
    out.given_to = clip.to();
    out.file = file;
    out.codec = clip.codec;
    out.audio_codec = clip.audio_codec;
    out.width_px = clip.width_px;
    out.height_px = clip.height_px;
    for (const ClipPart& part : clip.parts) {
        if (part.gap.count() > 0 && !out.sources.empty())
            out.gaps.push_back({part.from - part.gap, part.from, part.gap_cause});
        out.sources.push_back({part.segment, part.file, part.sha256, part.from, part.to});
    }
    return out;
}

std::string to_json(const ExportManifest& manifest) {
    Json json{{"schema", 1},
              {"program", manifest.program},
              {"made", text_of(manifest.made)},
              {"camera", manifest.camera.value()},
              {"asked", span_json(manifest.asked_from, manifest.asked_to)},
              {"given", span_json(manifest.given_from, manifest.given_to)},
              {"exact", manifest.exact},
              {"method", method_of(manifest)},
              {"speed", manifest.speed},
              {"privacy_mask", manifest.masked}};
    json["result"] = {
        {"file", manifest.file},
        {"bytes", manifest.bytes},
        {"sha256", manifest.sha256},
        {"codec", manifest.codec},
        {"audio_codec", manifest.audio_codec.empty() ? Json{} : Json(manifest.audio_codec)},
        {"width_px", manifest.width_px},
        {"height_px", manifest.height_px}};
    json["sources_checked"] = manifest.checked;
    json["sources"] = Json::array();
    for (const ExportManifest::Source& one : manifest.sources)
        json["sources"].push_back(source_json(one));
    json["gaps"] = Json::array();
    for (const ExportManifest::Gap& one : manifest.gaps) {
        Json gap = span_json(one.from, one.to);
        gap["cause"] = one.cause;
        json["gaps"].push_back(std::move(gap));
    }
    json["left_out"] = Json::array();
    for (const ExportManifest::LeftOut& one : manifest.left_out)
        json["left_out"].push_back(left_out_json(one));
    return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

Status check_sources(const RecordingFiles& files, ExportManifest& manifest,
                     const std::stop_token& stop) {
    std::set<std::uint64_t> left_out;
    for (const ExportManifest::LeftOut& one : manifest.left_out)
        left_out.insert(one.segment);
    for (const ExportManifest::Source& one : manifest.sources) {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "export: stopped"};
        if (left_out.contains(one.segment))
            continue;
        VEDETTE_TRY(const std::string digest, digest_of(files, one.file));
        if (digest != one.sha256)
            return Error{ErrorCode::data_loss,
                         one.file + ": its bytes are not those that were recorded"};
    }
    manifest.checked = true;
    return {};
}

Status copy_clip(const ClipFile& clip,
                 const std::function<Status(std::span<const std::byte>)>& sink,
                 ExportManifest& manifest, const std::stop_token& stop) {
    crypto::Sha256 digest;
    std::vector<std::byte> piece(kPiece_bytes);
    for (std::uint64_t at = 0; at < clip.size();) {
        if (stop.stop_requested())
            return Error{ErrorCode::cancelled, "export: stopped"};
        const auto some = std::span{piece}.first(
            static_cast<std::size_t>(std::min<std::uint64_t>(piece.size(), clip.size() - at)));
        VEDETTE_CHECK_OK(clip.read_at(at, some));
        VEDETTE_CHECK_OK(sink(some));
        digest.add(some);
        at += some.size();
    }
    manifest.bytes = clip.size();
    manifest.sha256 = std::move(digest).hex();
    return {};
}

} // namespace vedette::recording
