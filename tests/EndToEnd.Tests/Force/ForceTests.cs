using System.Globalization;
using Shipper.EndToEnd.Tests.Support;

namespace Shipper.EndToEnd.Tests.Force;

/// <summary>
/// kill -9 at random moments while logrotate rotates: nothing is lost, and only what no checkpoint could know is repeated.
/// Here a few kills for each way to rotate; tests/campaigns/force.sh runs the same with hundreds.
/// </summary>
public sealed class ForceTests
{
    private const int FewKills = 3;

    public static TheoryData<string> Scenarios => [.. ForceScenario.All.Select(scenario => scenario.Name)];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public async Task Killed_at_random_while_logrotate_rotates_no_line_is_lost(string name)
    {
        Logrotate.Require();
        var chosen = Environment.GetEnvironmentVariable("SHIPPER_FORCE_SCENARIOS");
        Assert.SkipUnless(string.IsNullOrEmpty(chosen) || chosen.Split(',').Contains(name), $"SHIPPER_FORCE_SCENARIOS names {chosen}.");
        var kills = Setting("SHIPPER_FORCE_KILLS");
        var seed = Setting("SHIPPER_FORCE_SEED") ?? 20261121;
        Action<string> say = kills is null ? Note : Console.Error.WriteLine;
        var scenario = ForceScenario.All.Single(scenario => scenario.Name == name);
        say(await new ForceCampaign(scenario, kills ?? FewKills, seed, say).RunAsync(TestContext.Current.CancellationToken));
    }

    private static void Note(string line) => TestContext.Current.TestOutputHelper?.WriteLine(line);

    private static int? Setting(string name) =>
        Environment.GetEnvironmentVariable(name) is { Length: > 0 } text ? int.Parse(text, CultureInfo.InvariantCulture) : null;
}
