# What `cmake --install BUILD --prefix X` puts there: a folder that runs wherever it is moved to, on a Debian 12
# with the libraries of tools/deps/debian.txt. Those that Debian lacks lie beside the program, in lib/vedette, and
# are found from where the program is.

install(TARGETS vedette RUNTIME DESTINATION bin)
set_target_properties(vedette PROPERTIES INSTALL_RPATH "$ORIGIN/../lib/vedette")

get_property(loaded GLOBAL PROPERTY VEDETTE_LOADED)
foreach(module IN LISTS loaded)
  install(TARGETS ${module} LIBRARY DESTINATION lib/vedette)
  set_target_properties(${module} PROPERTIES INSTALL_RPATH "$ORIGIN")
endforeach()

install(DIRECTORY models/ DESTINATION share/vedette/models PATTERN golden EXCLUDE)
install(DIRECTORY catalogue/ DESTINATION share/vedette/catalogue)
install(DIRECTORY schema/ DESTINATION share/vedette/schema)
install(FILES LICENSE README.md CHANGELOG.md SECURITY.md DESTINATION share/doc/vedette)
install(DIRECTORY docs DESTINATION share/doc/vedette)

# vedette_install_libraries(<folder> <pattern>...): those files of a folder that is not the system's own.
function(vedette_install_libraries folder)
  foreach(pattern IN LISTS ARGN)
    file(GLOB found "${folder}/${pattern}")
    install(FILES ${found} DESTINATION lib/vedette)
  endforeach()
endfunction()

# OpenVINO looks for its plug-ins in the folder that it lies in. The processor's and the reader of ONNX files are
# all that every machine needs; the one for Intel GPUs is 40 MB.
option(VEDETTE_INSTALL_INTEL_GPU "Install OpenVINO's plug-in for Intel GPUs, too" OFF)
set(openvino_libraries "${OpenVINO_DIR}/../libs") # as in the wheel that `./dev deps` unpacks; a package differs
if(OpenVINO_FOUND AND EXISTS "${openvino_libraries}")
  vedette_install_libraries("${openvino_libraries}"
    libopenvino.so.* libopenvino_onnx_frontend.so.* libopenvino_*_cpu_plugin.so lib*tbb*.so.* libhwloc.so.*)
  if(VEDETTE_INSTALL_INTEL_GPU)
    vedette_install_libraries("${openvino_libraries}" libopenvino_intel_gpu_plugin.so cache.json)
  endif()
  file(GLOB openvino_licences "${OpenVINO_DIR}/../../openvino-*.dist-info/licenses/")
  install(DIRECTORY ${openvino_licences}/ DESTINATION share/doc/vedette/licences/openvino)
endif()

if(TARGET onnxruntime::onnxruntime)
  get_filename_component(onnxruntime_folder "${VEDETTE_ONNXRUNTIME_LIBRARY}" DIRECTORY)
  if(NOT onnxruntime_folder MATCHES "^/(usr/)?lib")
    vedette_install_libraries("${onnxruntime_folder}" libonnxruntime.so.* libonnxruntime_providers_*.so)
    foreach(notice IN ITEMS LICENSE ThirdPartyNotices.txt)
      install(FILES "${onnxruntime_folder}/../${notice}" DESTINATION share/doc/vedette/licences/onnxruntime OPTIONAL)
    endforeach()
  endif()
endif()
