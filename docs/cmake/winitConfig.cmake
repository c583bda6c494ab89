# find_package(winit) gives winit::winit: the folder of winit.h, and the maths library where it is one of its own.
# One file of the project defines WINIT_IMPLEMENTATION.
if(NOT TARGET winit::winit)
  get_filename_component(winit_prefix "${CMAKE_CURRENT_LIST_DIR}/../../.." ABSOLUTE)
  add_library(winit::winit INTERFACE IMPORTED)
  set_target_properties(winit::winit PROPERTIES INTERFACE_INCLUDE_DIRECTORIES "${winit_prefix}/include")
  if(NOT WIN32)
    set_target_properties(winit::winit PROPERTIES INTERFACE_LINK_LIBRARIES m)
  endif()
endif()
