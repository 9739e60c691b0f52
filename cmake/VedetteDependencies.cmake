# Everything third-party, found once. Modules name these targets under EXTERNAL.
find_package(Threads REQUIRED)
find_package(PkgConfig REQUIRED)
find_package(yaml-cpp REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(spdlog REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(ZLIB REQUIRED)
find_package(CURL REQUIRED)
find_package(EXPAT REQUIRED)
find_package(SQLite3 REQUIRED)
pkg_check_modules(LIBAV REQUIRED IMPORTED_TARGET libavformat libavcodec libavutil libswscale)
pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
pkg_check_modules(TURBOJPEG REQUIRED IMPORTED_TARGET libturbojpeg)
pkg_check_modules(TESSERACT REQUIRED IMPORTED_TARGET tesseract lept)

# OpenCV part by part: Debian's package with a CMake config pulls in a hundred we don't need.
find_path(VEDETTE_OPENCV_INCLUDE opencv2/core.hpp PATH_SUFFIXES opencv4 REQUIRED)
foreach(part IN ITEMS core imgproc imgcodecs dnn objdetect)
  find_library(VEDETTE_OPENCV_${part} opencv_${part} REQUIRED)
  add_library(opencv::${part} INTERFACE IMPORTED GLOBAL)
  set_target_properties(opencv::${part} PROPERTIES
    INTERFACE_INCLUDE_DIRECTORIES "${VEDETTE_OPENCV_INCLUDE}"
    INTERFACE_LINK_LIBRARIES "${VEDETTE_OPENCV_${part}}")
endforeach()

# `./dev deps` unpacks the official wheel into .deps/openvino.
find_package(OpenVINO QUIET COMPONENTS Runtime HINTS "${CMAKE_SOURCE_DIR}/.deps/openvino/openvino/cmake")
if(NOT OpenVINO_FOUND)
  message(WARNING "OpenVINO was not found: only slower engines will be built. Run ./dev deps.")
endif()

# ONNX Runtime: ONNXRUNTIME_ROOT, what `./dev deps` unpacked into .deps/onnxruntime, or the system's package.
find_path(VEDETTE_ONNXRUNTIME_INCLUDE onnxruntime_cxx_api.h
  HINTS "${ONNXRUNTIME_ROOT}" "${CMAKE_SOURCE_DIR}/.deps/onnxruntime" PATH_SUFFIXES include include/onnxruntime)
find_library(VEDETTE_ONNXRUNTIME_LIBRARY onnxruntime
  HINTS "${ONNXRUNTIME_ROOT}" "${CMAKE_SOURCE_DIR}/.deps/onnxruntime" PATH_SUFFIXES lib)
if(VEDETTE_ONNXRUNTIME_INCLUDE AND VEDETTE_ONNXRUNTIME_LIBRARY)
  add_library(onnxruntime::onnxruntime UNKNOWN IMPORTED GLOBAL)
  set_target_properties(onnxruntime::onnxruntime PROPERTIES
    IMPORTED_LOCATION "${VEDETTE_ONNXRUNTIME_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${VEDETTE_ONNXRUNTIME_INCLUDE}")
endif()
