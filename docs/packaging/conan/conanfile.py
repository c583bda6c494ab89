"""recipes/winit/all/conanfile.py: one header."""
import os

from conan import ConanFile
from conan.tools.files import copy, get
from conan.tools.layout import basic_layout


class WinitConan(ConanFile):
    name = "winit"
    version = "@VERSION@"
    description = "Weight initialisation for neural networks, from first principles: one C header"
    license = ("MIT", "Unlicense")
    topics = ("neural-networks", "initialization", "single-header")
    package_type = "header-library"
    settings = "os", "arch", "compiler", "build_type"
    no_copy_source = True

    def layout(self):
        basic_layout(self, src_folder="src")

    def package_id(self):
        self.info.clear()

    def source(self):
        get(self, "@URL@/winit-@VERSION@.tar.gz", sha256="@SHA256@", strip_root=True)

    def package(self):
        copy(self, "LICENSE", self.source_folder, os.path.join(self.package_folder, "licenses"))
        copy(self, "winit.h", self.source_folder, os.path.join(self.package_folder, "include"))

    def package_info(self):
        self.cpp_info.bindirs = []
        self.cpp_info.libdirs = []
        if self.settings.os in ("Linux", "FreeBSD"):
            self.cpp_info.system_libs = ["m"]
