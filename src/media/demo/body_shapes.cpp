#include "demo/vehicle_shape.h"

namespace vedette::media::demo {
namespace {

constexpr std::array<Vec2, 15> kHatchbackTop{{{2.03F, 0.70F},
                                              {1.95F, 0.77F},
                                              {1.70F, 0.87F},
                                              {1.25F, 0.95F},
                                              {0.98F, 0.99F},
                                              {0.60F, 1.20F},
                                              {0.22F, 1.39F},
                                              {-0.10F, 1.46F},
                                              {-0.60F, 1.48F},
                                              {-1.10F, 1.45F},
                                              {-1.52F, 1.38F},
                                              {-1.78F, 1.17F},
                                              {-1.95F, 1.00F},
                                              {-2.01F, 0.88F},
                                              {-2.03F, 0.80F}}};
constexpr std::array<Pane, 3> kHatchbackPanes{
    {{{{0.78F, 0.98F}, {-0.20F, 0.98F}, {-0.20F, 1.38F}, {0.10F, 1.36F}}},
     {{{-0.28F, 0.98F}, {-1.05F, 1.00F}, {-0.98F, 1.36F}, {-0.28F, 1.38F}}},
     {{{-1.13F, 1.01F}, {-1.52F, 1.06F}, {-1.42F, 1.29F}, {-1.06F, 1.35F}}}}};
constexpr std::array<float, 3> kHatchbackSeams{0.86F, -0.24F, -1.10F};

constexpr std::array<Vec2, 16> kSedanTop{{{2.33F, 0.68F},
                                          {2.24F, 0.76F},
                                          {1.95F, 0.86F},
                                          {1.40F, 0.93F},
                                          {1.05F, 0.97F},
                                          {0.62F, 1.19F},
                                          {0.22F, 1.36F},
                                          {-0.15F, 1.43F},
                                          {-0.60F, 1.44F},
                                          {-1.00F, 1.39F},
                                          {-1.40F, 1.23F},
                                          {-1.72F, 1.06F},
                                          {-2.00F, 1.03F},
                                          {-2.24F, 1.00F},
                                          {-2.31F, 0.93F},
                                          {-2.33F, 0.82F}}};
constexpr std::array<Pane, 3> kSedanPanes{
    {{{{0.80F, 0.96F}, {-0.18F, 0.96F}, {-0.18F, 1.35F}, {0.10F, 1.32F}}},
     {{{-0.26F, 0.96F}, {-1.02F, 0.98F}, {-0.86F, 1.32F}, {-0.26F, 1.35F}}},
     {{{-1.10F, 0.99F}, {-1.42F, 1.03F}, {-1.10F, 1.22F}, {-0.98F, 1.27F}}}}};
constexpr std::array<float, 3> kSedanSeams{0.90F, -0.22F, -1.08F};

constexpr std::array<Vec2, 15> kSuvTop{{{2.22F, 0.90F},
                                        {2.15F, 0.98F},
                                        {1.90F, 1.06F},
                                        {1.40F, 1.12F},
                                        {1.10F, 1.15F},
                                        {0.75F, 1.38F},
                                        {0.40F, 1.57F},
                                        {0.05F, 1.66F},
                                        {-0.60F, 1.69F},
                                        {-1.30F, 1.67F},
                                        {-1.80F, 1.60F},
                                        {-2.00F, 1.38F},
                                        {-2.13F, 1.15F},
                                        {-2.20F, 1.02F},
                                        {-2.22F, 0.94F}}};
constexpr std::array<Pane, 3> kSuvPanes{
    {{{{0.92F, 1.13F}, {-0.10F, 1.13F}, {-0.10F, 1.57F}, {0.28F, 1.54F}}},
     {{{-0.18F, 1.13F}, {-1.05F, 1.15F}, {-0.98F, 1.56F}, {-0.18F, 1.57F}}},
     {{{-1.13F, 1.16F}, {-1.75F, 1.20F}, {-1.66F, 1.50F}, {-1.06F, 1.56F}}}}};
constexpr std::array<float, 3> kSuvSeams{1.00F, -0.14F, -1.10F};

constexpr std::array<Vec2, 12> kVanTop{{{2.60F, 0.98F},
                                        {2.53F, 1.06F},
                                        {2.25F, 1.20F},
                                        {1.95F, 1.32F},
                                        {1.60F, 1.74F},
                                        {1.28F, 2.10F},
                                        {1.00F, 2.22F},
                                        {0.40F, 2.26F},
                                        {-1.00F, 2.26F},
                                        {-2.30F, 2.24F},
                                        {-2.56F, 2.20F},
                                        {-2.60F, 2.10F}}};
constexpr std::array<Pane, 1> kVanPanes{
    {{{{1.70F, 1.27F}, {0.72F, 1.27F}, {0.72F, 1.86F}, {1.28F, 1.86F}}}}};
constexpr std::array<float, 3> kVanSeams{1.72F, 0.64F, -0.65F};

constexpr std::array<Vec2, 7> kCabTop{{{3.60F, 2.30F},
                                       {3.55F, 2.52F},
                                       {3.35F, 2.66F},
                                       {2.90F, 2.74F},
                                       {2.20F, 2.76F},
                                       {1.90F, 2.74F},
                                       {1.80F, 2.70F}}};
constexpr std::array<Pane, 1> kCabPanes{
    {{{{3.30F, 1.50F}, {2.30F, 1.50F}, {2.30F, 2.25F}, {3.22F, 2.25F}}}}};
constexpr std::array<float, 2> kCabSeams{3.40F, 2.20F};

constexpr std::array<Vec2, 8> kBusTop{{{5.40F, 2.62F},
                                       {5.36F, 2.82F},
                                       {5.20F, 2.94F},
                                       {4.60F, 3.00F},
                                       {-4.60F, 3.00F},
                                       {-5.20F, 2.96F},
                                       {-5.37F, 2.86F},
                                       {-5.40F, 2.66F}}};
constexpr std::array<Pane, 6> kBusPanes{
    {{{{5.05F, 1.00F}, {4.10F, 0.45F}, {4.10F, 2.45F}, {5.05F, 2.45F}}},
     {{{3.95F, 1.15F}, {2.20F, 1.15F}, {2.20F, 2.40F}, {3.95F, 2.40F}}},
     {{{2.10F, 1.15F}, {0.35F, 1.15F}, {0.35F, 2.40F}, {2.10F, 2.40F}}},
     {{{0.25F, 1.15F}, {-1.50F, 1.15F}, {-1.50F, 2.40F}, {0.25F, 2.40F}}},
     {{{-1.60F, 1.15F}, {-3.35F, 1.15F}, {-3.35F, 2.40F}, {-1.60F, 2.40F}}},
     {{{-3.45F, 1.15F}, {-5.05F, 1.15F}, {-5.05F, 2.40F}, {-3.45F, 2.40F}}}}};
constexpr std::array<float, 3> kBusSeams{4.02F, -0.60F, -2.40F};

constexpr BodyShape kHatchback{.length = 4.06F,
                               .width = 1.77F,
                               .height = 1.48F,
                               .belt = 0.94F,
                               .top = kHatchbackTop,
                               .panes = kHatchbackPanes,
                               .seams = kHatchbackSeams,
                               .windscreen_low = 1.00F,
                               .windscreen_high = 0.14F,
                               .rear_glass_high = -1.50F,
                               .rear_glass_low = -1.93F,
                               .head_lamp = {0.47F, 0.80F, 0.62F, 0.79F},
                               .tail_lamp = {0.56F, 0.82F, 0.76F, 1.00F},
                               .grille = {0.0F, 0.42F, 0.60F, 0.70F},
                               .plate_front_z = 0.45F,
                               .plate_rear_z = 0.63F,
                               .axles = {1.27F, -1.27F, 0},
                               .wheel_radius = 0.31F};
constexpr BodyShape kSedan{.length = 4.66F,
                           .width = 1.82F,
                           .height = 1.44F,
                           .belt = 0.92F,
                           .tumblehome = 0.30F,
                           .top = kSedanTop,
                           .panes = kSedanPanes,
                           .seams = kSedanSeams,
                           .windscreen_low = 1.08F,
                           .windscreen_high = 0.16F,
                           .rear_glass_high = -0.98F,
                           .rear_glass_low = -1.70F,
                           .head_lamp = {0.48F, 0.84F, 0.60F, 0.75F},
                           .tail_lamp = {0.50F, 0.86F, 0.74F, 0.90F},
                           .grille = {0.0F, 0.40F, 0.55F, 0.71F},
                           .plate_front_z = 0.43F,
                           .plate_rear_z = 0.66F,
                           .axles = {1.42F, -1.38F, 0},
                           .wheel_radius = 0.325F};
constexpr BodyShape kSuv{.length = 4.44F,
                         .width = 1.86F,
                         .height = 1.69F,
                         .sill = 0.26F,
                         .belt = 1.09F,
                         .tumblehome = 0.22F,
                         .nose_width = 0.88F,
                         .top = kSuvTop,
                         .panes = kSuvPanes,
                         .seams = kSuvSeams,
                         .windscreen_low = 1.13F,
                         .windscreen_high = 0.34F,
                         .rear_glass_high = -1.80F,
                         .rear_glass_low = -2.13F,
                         .front_glass = {},
                         .rear_glass = {},
                         .head_lamp = {0.50F, 0.87F, 0.78F, 0.95F},
                         .tail_lamp = {0.62F, 0.88F, 0.88F, 1.14F},
                         .grille = {0.0F, 0.44F, 0.66F, 0.92F},
                         .plate_front_z = 0.53F,
                         .plate_rear_z = 0.80F,
                         .axles = {1.36F, -1.32F, 0},
                         .wheel_radius = 0.36F};
constexpr BodyShape kVan{.length = 5.2F,
                         .width = 1.98F,
                         .height = 2.26F,
                         .sill = 0.26F,
                         .belt = 1.22F,
                         .tumblehome = 0.12F,
                         .roof_radius = 0.16F,
                         .nose_width = 0.86F,
                         .tail_round = 0.1F,
                         .tail_width = 0.96F,
                         .rear_bulge = 0.02F,
                         .top = kVanTop,
                         .panes = kVanPanes,
                         .seams = kVanSeams,
                         .windscreen_low = 1.98F,
                         .windscreen_high = 1.20F,
                         .rear_glass = {0.06F, 0.76F, 1.38F, 1.95F},
                         .head_lamp = {0.55F, 0.90F, 0.82F, 1.06F},
                         .tail_lamp = {0.84F, 0.98F, 0.80F, 1.22F},
                         .grille = {0.0F, 0.48F, 0.72F, 0.95F},
                         .plate_front_z = 0.52F,
                         .plate_rear_z = 0.78F,
                         .axles = {1.72F, -1.50F, 0},
                         .wheel_radius = 0.34F};
constexpr BodyShape kCab{.length = 7.2F,
                         .width = 2.3F,
                         .height = 2.76F,
                         .sill = 0.42F,
                         .belt = 1.45F,
                         .tumblehome = 0.06F,
                         .roof_radius = 0.2F,
                         .nose_round = 0.35F,
                         .nose_width = 0.9F,
                         .tail_round = 0.05F,
                         .tail_width = 0.98F,
                         .front_bulge = 0.1F,
                         .rear_bulge = 0,
                         .top = kCabTop,
                         .panes = kCabPanes,
                         .seams = kCabSeams,
                         .front_glass = {0, 0.98F, 1.52F, 2.32F},
                         .head_lamp = {0.68F, 1.00F, 0.62F, 0.82F},
                         .tail_lamp = {},
                         .grille = {0.0F, 0.80F, 0.92F, 1.30F},
                         .plate_front_z = 0.62F,
                         .plate_rear_z = 0.80F,
                         .axles = {2.70F, -1.90F, 0},
                         .wheel_radius = 0.45F};
constexpr BodyShape kBus{.length = 10.8F,
                         .width = 2.5F,
                         .height = 3.0F,
                         .sill = 0.30F,
                         .belt = 1.05F,
                         .tumblehome = 0.03F,
                         .roof_radius = 0.22F,
                         .nose_round = 0.4F,
                         .nose_width = 0.9F,
                         .tail_round = 0.25F,
                         .tail_width = 0.94F,
                         .front_bulge = 0.12F,
                         .rear_bulge = 0.06F,
                         .top = kBusTop,
                         .panes = kBusPanes,
                         .seams = kBusSeams,
                         .front_glass = {0, 1.06F, 1.05F, 2.42F},
                         .rear_glass = {0, 0.90F, 1.60F, 2.40F},
                         .head_lamp = {0.72F, 1.06F, 0.62F, 0.80F},
                         .tail_lamp = {1.00F, 1.16F, 0.80F, 1.50F},
                         .grille = {0.0F, 0.50F, 0.60F, 0.72F},
                         .plate_front_z = 0.46F,
                         .plate_rear_z = 0.62F,
                         .axles = {3.10F, -2.90F, 0},
                         .wheel_radius = 0.48F};

} // namespace

const BodyShape& body_shape(VehicleKind kind) noexcept {
    switch (kind) {
    case VehicleKind::hatchback: return kHatchback;
    case VehicleKind::sedan:
    case VehicleKind::motorcycle: return kSedan;
    case VehicleKind::suv: return kSuv;
    case VehicleKind::van: return kVan;
    case VehicleKind::lorry: return kCab;
    case VehicleKind::bus: return kBus;
    }
    return kSedan;
}

} // namespace vedette::media::demo
