# ports/winit/portfile.cmake: a header, and the files that find_package(winit) reads.
set(VCPKG_BUILD_TYPE release)
vcpkg_download_distfile(ARCHIVE URLS "@URL@/winit-@VERSION@.tar.gz" FILENAME "winit-@VERSION@.tar.gz" SHA512 @SHA512@)
vcpkg_extract_source_archive(SOURCE_PATH ARCHIVE "${ARCHIVE}")
file(INSTALL "${SOURCE_PATH}/winit.h" DESTINATION "${CURRENT_PACKAGES_DIR}/include")
file(INSTALL "${SOURCE_PATH}/docs/cmake/winitConfig.cmake" "${SOURCE_PATH}/docs/cmake/winitConfigVersion.cmake"
     DESTINATION "${CURRENT_PACKAGES_DIR}/share/cmake/winit")
vcpkg_cmake_config_fixup(CONFIG_PATH share/cmake/winit)
vcpkg_install_copyright(FILE_LIST "${SOURCE_PATH}/LICENSE")
