#include "following/vehicles.h"

#include <algorithm>

namespace vedette::analysis {
namespace {

constexpr VehicleIndex kTombstone = 0xFFFFFFFEU;
constexpr std::size_t kSmallest = 1024;

std::uint64_t hash_of(std::string_view text) {
    std::uint64_t hash = 0xCBF29CE484222325ULL; // FNV-1a, then mixed
    for (const char sign : text)
        hash = (hash ^ static_cast<unsigned char>(sign)) * 0x100000001B3ULL;
    hash ^= hash >> 32;
    hash *= 0x9E3779B97F4A7C15ULL;
    return hash ^ (hash >> 29);
}

} // namespace

VehicleIndex VehicleTable::find(std::string_view plate) const {
    if (table_.empty())
        return kNoVehicle;
    const std::size_t mask = table_.size() - 1;
    for (std::size_t slot = hash_of(plate) & mask;; slot = (slot + 1) & mask) {
        const VehicleIndex index = table_[slot];
        if (index == kNoVehicle)
            return kNoVehicle;
        if (index != kTombstone && vehicles_[index].plate == plate)
            return index;
    }
}

void VehicleTable::insert(VehicleIndex index) {
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = hash_of(vehicles_[index].plate) & mask;
    while (table_[slot] != kNoVehicle && table_[slot] != kTombstone)
        slot = (slot + 1) & mask;
    if (table_[slot] == kTombstone)
        --removed_;
    table_[slot] = index;
}

void VehicleTable::rebuild(std::size_t capacity) {
    table_.assign(capacity, kNoVehicle);
    removed_ = 0;
    for (VehicleIndex i = 0; i < end(); ++i)
        if (!vehicles_[i].plate.empty())
            insert(i);
}

VehicleIndex VehicleTable::find_or_add(std::string_view plate) {
    if (const VehicleIndex known = find(plate); known != kNoVehicle)
        return known;
    if ((used_ + removed_ + 1) * 2 > table_.size())
        rebuild(std::max(kSmallest,
                         (used_ + 1) * 4 > table_.size() ? table_.size() * 2 : table_.size()));
    VehicleIndex index = end();
    if (free_.empty()) {
        vehicles_.emplace_back();
    } else {
        index = free_.back();
        free_.pop_back();
    }
    vehicles_[index] = Vehicle{.plate = std::string{plate}, .reads = {}};
    ++used_;
    insert(index);
    return index;
}

bool VehicleTable::append(VehicleIndex index, const Read& read, std::size_t max_reads) {
    auto& reads = vehicles_[index].reads;
    bool dropped = false;
    if (reads.size() >= max_reads) { // a quarter at once, so that this stays cheap
        const std::size_t gone = std::max<std::size_t>(1, max_reads / 4);
        reads.erase(reads.begin(), reads.begin() + static_cast<std::ptrdiff_t>(gone));
        reads_ -= gone;
        dropped = true;
    }
    reads.push_back(read);
    ++reads_;
    return dropped;
}

std::size_t VehicleTable::sweep(std::int64_t horizon) {
    std::size_t gone = 0;
    for (VehicleIndex i = 0; i < end(); ++i) {
        Vehicle& vehicle = vehicles_[i];
        if (vehicle.plate.empty())
            continue;
        const auto kept =
            std::lower_bound(vehicle.reads.begin(), vehicle.reads.end(), horizon,
                             [](const Read& read, std::int64_t at) { return read.at < at; });
        gone += static_cast<std::size_t>(kept - vehicle.reads.begin());
        vehicle.reads.erase(vehicle.reads.begin(), kept);
        if (vehicle.reads.capacity() > 2 * vehicle.reads.size() + 8)
            vehicle.reads.shrink_to_fit();
        if (vehicle.reads.empty() && vehicle.subject < 0 && vehicle.person < 0)
            remove(i);
    }
    reads_ -= gone;
    return gone;
}

void VehicleTable::drop_reads_at(const std::vector<bool>& cameras) {
    for (VehicleIndex i = 0; i < end(); ++i) {
        Vehicle& vehicle = vehicles_[i];
        const std::size_t gone = std::erase_if(
            vehicle.reads, [&cameras](const Read& read) { return cameras[read.camera]; });
        reads_ -= gone;
        if (gone > 0 && vehicle.reads.empty() && vehicle.subject < 0 && vehicle.person < 0)
            remove(i);
    }
}

void VehicleTable::drop_reads(VehicleIndex index) {
    reads_ -= vehicles_[index].reads.size();
    vehicles_[index].reads = {};
}

void VehicleTable::remove(VehicleIndex index) {
    drop_reads(index);
    const std::size_t mask = table_.size() - 1;
    std::size_t slot = hash_of(vehicles_[index].plate) & mask;
    while (table_[slot] != index)
        slot = (slot + 1) & mask;
    table_[slot] = kTombstone;
    ++removed_;
    vehicles_[index] = {};
    free_.push_back(index);
    --used_;
}

void VehicleTable::save(StateWriter& out) const {
    out.put(static_cast<std::uint64_t>(vehicles_.size()));
    for (const Vehicle& vehicle : vehicles_) {
        out.put(vehicle.plate);
        out.put(vehicle.subject);
        out.put(vehicle.person);
        out.put(static_cast<std::uint64_t>(vehicle.reads.size()));
        for (const Read& read : vehicle.reads) {
            out.put(read.at);
            out.put(read.camera);
            out.put(read.near);
            out.put(read.confidence);
            out.put(static_cast<std::uint8_t>(read.merged));
        }
    }
    out.put(static_cast<std::uint64_t>(free_.size()));
    for (const VehicleIndex index : free_)
        out.put(index);
}

void VehicleTable::load(StateReader& in) {
    *this = {};
    const std::size_t count = in.count(20);
    for (std::size_t i = 0; i < count && in.ok(); ++i) {
        Vehicle vehicle{.plate = in.text(), .reads = {}};
        vehicle.subject = in.get<std::int32_t>();
        vehicle.person = in.get<std::int32_t>();
        const std::size_t reads = in.count(14);
        vehicle.reads.reserve(reads);
        for (std::size_t k = 0; k < reads; ++k) {
            Read read;
            read.at = in.get<std::int64_t>();
            read.camera = in.get<CameraIndex>();
            read.near = in.get<std::uint16_t>();
            read.confidence = in.get<std::uint8_t>();
            read.merged = in.get<std::uint8_t>() != 0;
            if (!vehicle.reads.empty() && read.at < vehicle.reads.back().at)
                in.fail();
            vehicle.reads.push_back(read);
        }
        reads_ += reads;
        used_ += vehicle.plate.empty() ? 0 : 1;
        vehicles_.push_back(std::move(vehicle));
    }
    const std::size_t free = in.count(4);
    std::vector<bool> is_free(vehicles_.size());
    for (std::size_t i = 0; i < free; ++i) {
        const auto index = in.get<VehicleIndex>();
        if (index >= vehicles_.size() || !vehicles_[index].plate.empty() || is_free[index] ||
            !vehicles_[index].reads.empty())
            return in.fail();
        is_free[index] = true;
        free_.push_back(index);
    }
    if (used_ + free_.size() != vehicles_.size())
        in.fail();
    std::size_t capacity = kSmallest;
    while (capacity < used_ * 4)
        capacity *= 2;
    if (!in.ok())
        return;
    rebuild(capacity);
    for (VehicleIndex i = 0; i < end(); ++i) // two of one plate: one could never be found
        if (!vehicles_[i].plate.empty() && find(vehicles_[i].plate) != i)
            return in.fail();
}

} // namespace vedette::analysis
