using Shipper.TailShipper.Diagnostics;
using Xunit;

namespace Shipper.TailShipper.Tests.Diagnostics;

public sealed class ProgramPagesTests
{
    [Fact]
    public void Only_mappings_that_are_just_what_their_files_hold_are_let_go()
    {
        var smaps = Mapping("1000-3000 r-xp 00000000 fe:00 7 /usr/bin/tailshipper", resident: 8, anonymous: 0)
            .Concat(Mapping("3000-4000 r--p 00002000 fe:00 7 /usr/bin/tailshipper", resident: 4, anonymous: 4)) // relocated
            .Concat(Mapping("4000-5000 rw-p 00003000 fe:00 7 /usr/bin/tailshipper", resident: 4, anonymous: 0))
            .Concat(Mapping("5000-6000 r--s 00000000 fe:00 8 /var/lib/shared", resident: 4, anonymous: 0))
            .Concat(Mapping("6000-7000 r--p 00000000 00:00 0", resident: 4, anonymous: 0))
            .Concat(Mapping("7000-8000 r-xp 00000000 00:00 0 [vdso]", resident: 4, anonymous: 0))
            .Concat(Mapping("8000-9000 r--p 00000000 fe:00 9 /usr/lib/not read yet.so", resident: 0, anonymous: 0))
            .Concat(Mapping("ffff0000-ffff2000 r--p 00000000 fe:00 9 /usr/lib/with spaces.so", resident: 4, anonymous: 0));
        Assert.Equal(
            [new ProgramMapping(0x1000, 0x2000, 8192), new ProgramMapping(0xffff0000, 0x2000, 4096)], ProgramPages.Unchanged(smaps));
    }

    [Fact]
    public void A_process_lets_go_of_its_program_and_goes_on()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the kernel's list of mappings is Linux's");
        Assert.True(ProgramPages.Release() > 0);
        Assert.Equal(3, string.Concat("a", "b", "c").Length);
    }

    private static IEnumerable<string> Mapping(string first, int resident, int anonymous) =>
    [
        first,
        "Size:                  8 kB",
        "KernelPageSize:        4 kB",
        $"Rss:          {resident} kB",
        "Private_Clean:         0 kB",
        $"Anonymous:    {anonymous} kB",
        "Swap:                  0 kB",
        "THPeligible:           0",
        "VmFlags: rd ex mr mw me sd",
    ];
}
