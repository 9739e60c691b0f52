#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "following/state_bytes.h"

namespace vedette::analysis {

using VehicleIndex = std::uint32_t;
using CameraIndex = std::uint16_t;
inline constexpr VehicleIndex kNoVehicle = 0xFFFFFFFFU;

/// One pass as it is remembered: 16 bytes.
struct Read {
    std::int64_t at = 0; ///< microseconds since 1970, UTC
    CameraIndex camera = 0;
    std::uint16_t near = 0;        ///< passes of others here within the largest lag before
    std::uint8_t confidence = 200; ///< in 1/200
    bool merged = false;

    [[nodiscard]] double confidence_share() const noexcept { return confidence / 200.0; }
};
static_assert(sizeof(Read) == 16);

struct Vehicle {
    std::string plate;       ///< empty: this place in the table is free
    std::vector<Read> reads; ///< in time order
    std::int32_t subject = -1;
    std::int32_t person = -1; ///< the subject whose plate this is, one of several
};

/// Plates and what is remembered of each. Indices stay valid until the vehicle is removed.
class VehicleTable {
public:
    [[nodiscard]] VehicleIndex find(std::string_view plate) const;
    [[nodiscard]] VehicleIndex find_or_add(std::string_view plate);
    [[nodiscard]] Vehicle& operator[](VehicleIndex index) { return vehicles_[index]; }
    [[nodiscard]] const Vehicle& operator[](VehicleIndex index) const { return vehicles_[index]; }
    /// One more than the largest index ever in use; some between are free.
    [[nodiscard]] VehicleIndex end() const { return static_cast<VehicleIndex>(vehicles_.size()); }
    [[nodiscard]] std::size_t size() const { return used_; }
    [[nodiscard]] std::size_t reads() const { return reads_; }

    /// \return whether an older read had to go for it
    bool append(VehicleIndex index, const Read& read, std::size_t max_reads);
    /// Forgets reads before `horizon` and vehicles that have none left and are no subject.
    /// \return how many reads
    std::size_t sweep(std::int64_t horizon);
    /// Forgets the reads at cameras that are marked, and vehicles as sweep() does.
    void drop_reads_at(const std::vector<bool>& cameras);
    void remove(VehicleIndex index);
    void drop_reads(VehicleIndex index);

    void save(StateWriter& out) const;
    void load(StateReader& in);

private:
    void rebuild(std::size_t capacity);
    void insert(VehicleIndex index);

    std::vector<Vehicle> vehicles_;
    std::vector<VehicleIndex> free_;  ///< taken from the back
    std::vector<VehicleIndex> table_; ///< open addressing, a power of two
    std::size_t used_ = 0;
    std::size_t removed_ = 0; ///< tombstones in table_
    std::size_t reads_ = 0;
};

} // namespace vedette::analysis
