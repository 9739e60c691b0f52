# vedette_text_entries(<out_var> <file>...): one line `{"NAME", "TEXT"},` of C++ for each file, so that text comes with the
# binary. CMake runs again whenever one of them changes.
function(vedette_text_entries out_var)
  set(entries "")
  foreach(file IN LISTS ARGN)
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME)
    # As hex, so that no list or escape character of CMake gets in the way of the text.
    file(READ ${file} hex HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "\\\\x\\1" text "${hex}")
    string(APPEND entries "        {\"${name}\", \"${text}\"},\n")
  endforeach()
  set(${out_var} "${entries}" PARENT_SCOPE)
endfunction()
