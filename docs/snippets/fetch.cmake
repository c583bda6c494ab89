include(FetchContent)
FetchContent_Declare(winit URL "${WINIT_RELEASE}" SOURCE_SUBDIR docs/cmake)
FetchContent_MakeAvailable(winit)
target_link_libraries(my_program PRIVATE winit::winit)
