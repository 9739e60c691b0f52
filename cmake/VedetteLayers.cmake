# The architecture on one screen: a module may use only modules of a lower level.
set(VEDETTE_MODULES "")
foreach(entry IN ITEMS
    base=0
    domain=1 imaging=1 config=1 net=1 crypto=1
    ports=2
    media=3 infer=3 events=3 storage=3 security=3 observability=3
    vision=4 analysis=4 recording=4 alerts=4 cluster=4
    pipeline=5
    api=6
    app=7)
  string(REPLACE "=" ";" pair ${entry})
  list(GET pair 0 module)
  list(GET pair 1 level)
  set(VEDETTE_LEVEL_${module} ${level})
  list(APPEND VEDETTE_MODULES ${module})
endforeach()

function(vedette_check_layer module dep)
  if(NOT DEFINED VEDETTE_LEVEL_${module})
    message(FATAL_ERROR "module '${module}' has no level in cmake/VedetteLayers.cmake")
  endif()
  if(NOT DEFINED VEDETTE_LEVEL_${dep} OR NOT VEDETTE_LEVEL_${dep} LESS VEDETTE_LEVEL_${module})
    message(FATAL_ERROR "layering: '${module}' (level ${VEDETTE_LEVEL_${module}}) may not depend on "
                        "'${dep}' (level ${VEDETTE_LEVEL_${dep}})")
  endif()
endfunction()
