#pragma once

#include "vedette/config/schema.h"

/// The sections of the vocabulary, by who will use them.
namespace vedette::config::terms {

Property server();
Property database();
Property storage();
Property detectors();
Property detector_fallback();
Property infer();
Property models();
Property limits();
Property auth();
Property audit();
Property privacy();
Property telemetry();
Property logger();

Property detect();
Property motion();
Property tamper();
Property objects();
Property record();
Property snapshots();
Property review();
Property lpr();
Property face_recognition();

Property watchlists();
Property following();
Property incidents();
Property alerts();
Property notifications();
Property events();
Property sites();
Property profiles();
Property camera_groups();

} // namespace vedette::config::terms
