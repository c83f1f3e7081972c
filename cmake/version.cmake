# The commit that `polyglance version` prints. "unknown" outside a checkout; the container passes it in.
set(POLYGLANCE_COMMIT "" CACHE STRING "Commit recorded in the binary")
if(NOT POLYGLANCE_COMMIT)
  execute_process(COMMAND git -C ${CMAKE_SOURCE_DIR} rev-parse --short=12 HEAD
                  OUTPUT_VARIABLE POLYGLANCE_COMMIT_FOUND OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
  if(NOT POLYGLANCE_COMMIT_FOUND)
    set(POLYGLANCE_COMMIT_FOUND unknown)
  endif()
else()
  set(POLYGLANCE_COMMIT_FOUND ${POLYGLANCE_COMMIT})
endif()

# SOURCE_DATE_EPOCH makes this repeatable.
string(TIMESTAMP POLYGLANCE_BUILT_AT "%Y-%m-%dT%H:%M:%SZ" UTC)
