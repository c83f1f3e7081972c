# What `polyglance version` prints of the checkout: its commit, and as `built_at` the commit's time, so that the same
# commit gives the same program. Both "unknown" outside a checkout; POLYGLANCE_COMMIT and, in the environment,
# SOURCE_DATE_EPOCH come first: the container passes them in.
function(from_git out)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} ${ARGN}
                  OUTPUT_VARIABLE answer OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  set(${out} "${answer}" PARENT_SCOPE)
endfunction()

set(POLYGLANCE_COMMIT "" CACHE STRING "Commit recorded in the binary")
set(POLYGLANCE_COMMIT_FOUND "${POLYGLANCE_COMMIT}")
if(NOT POLYGLANCE_COMMIT_FOUND)
  from_git(POLYGLANCE_COMMIT_FOUND rev-parse --short=12 HEAD)
endif()
if(NOT POLYGLANCE_COMMIT_FOUND)
  set(POLYGLANCE_COMMIT_FOUND unknown)
endif()

set(seconds "$ENV{SOURCE_DATE_EPOCH}")
if(seconds STREQUAL "")
  from_git(seconds log -1 --format=%ct)
endif()
set(POLYGLANCE_BUILT_AT unknown)
if(NOT seconds STREQUAL "")
  set(ENV{SOURCE_DATE_EPOCH} ${seconds}) # string(TIMESTAMP) goes by it
  string(TIMESTAMP POLYGLANCE_BUILT_AT "%Y-%m-%dT%H:%M:%SZ" UTC)
endif()
