-- packages/w/winit/xmake.lua
package("winit")
    set_kind("library", {headeronly = true})
    set_description("Weight initialisation for neural networks, from first principles: one C header")
    set_license("MIT")
    add_urls("@URL@/winit-$(version).tar.gz")
    add_versions("@VERSION@", "@SHA256@")
    if is_plat("linux") then
        add_syslinks("m")
    end
    on_install(function (package)
        os.cp("winit.h", package:installdir("include"))
    end)
    on_test(function (package)
        assert(package:has_cfuncs("wi_version", {includes = "winit.h"}))
    end)
