// Whatever lies where an encrypted recording or its key should be: nothing of it is given out as a
// recording, except what was sealed, and what is told of its length holds.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "test_files.h"
#include "vedette/recording/encrypted_files.h"

namespace {

using namespace vedette; // NOLINT(google-build-using-namespace): a program of its own

constexpr const char* kFile = "gate/2026-11-29/14/142305.250000.mp4";

void must(bool holds) {
    if (!holds)
        std::abort();
}

crypto::AeadKey master() { return crypto::AeadKey::from_hex(std::string(64, 'a')).value(); }

void read_all(const recording::RecordingFiles& files, std::string_view raw) {
    const auto readable = files.readable_bytes(kFile);
    std::vector<std::byte> all(raw.size() + 1);
    const auto got = files.read_at(kFile, 0, all);
    must(!got || *got <= raw.size());
    if (readable && got)
        must(*readable <= raw.size() && *got >= *readable);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string bytes{reinterpret_cast<const char*>(data), size};
    auto memory = std::make_unique<recording::testing::CrashingFiles>();
    memory->put(kFile, bytes);
    // The id of the key that the head names, whatever it is: as the key's file, the input again.
    if (size >= 16) {
        std::string name = "gate/2026-11-29/key-";
        for (std::size_t i = 8; i < 16; ++i) {
            constexpr std::string_view kDigits = "0123456789abcdef";
            name += kDigits[data[i] >> 4U];
            name += kDigits[data[i] & 15U];
        }
        memory->put(name, bytes.substr(16));
    }
    const auto files = recording::encrypted(std::move(memory), master(), true);
    read_all(*files, bytes);
    (void)files->truncate(kFile, size / 2);
    (void)files->remove(kFile);
    return 0;
}
