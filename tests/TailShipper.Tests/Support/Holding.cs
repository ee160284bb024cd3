using FsCheck;

namespace Shipper.TailShipper.Tests.Support;

/// <summary>Runs a property often enough to be worth it and seldom enough to stay quick.</summary>
internal static class Holding
{
    /// <summary>Throws with the shrunk counterexample when <paramref name="property"/> does not hold.</summary>
    public static void Always(Property property, int times = 200) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(times).WithQuietOnSuccess(true), property);
}
