using System.CommandLine;
using Shipper.Foundation.Hosting.Help;
using Shipper.TailShipper.Commands;
using Xunit;

namespace Shipper.TailShipper.Tests.Hosting.Help;

/// <summary>multilog, s6-log and svlogd name their files @4000000050d5….s.</summary>
public sealed class ResponseFileTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("response").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task An_argument_that_begins_with_an_at_sign_is_a_value_also_where_a_file_has_that_name()
    {
        var file = Path.Join(_directory, "4000000050d5.s");
        await File.WriteAllTextAsync(file, "other words");
        var given = new List<string>();
        var path = new Argument<string[]>("PATH");
        var program = new ExplainedProgram("program", "Does nothing.") { path };
        program.SetAction(result => given.AddRange(result.GetValue(path)!));
        Assert.Equal(0, await program.RunAsync(["@4000000050d5.s", "@" + file]));
        Assert.Equal(["@4000000050d5.s", "@" + file], given);
    }

    [Fact]
    public void The_shippers_commands_take_such_a_path() =>
        Assert.Empty(ShipperCommands.Create().Parse(["explain", "@4000000050d5.s"], ExplainedProgram.Parsing).Errors);
}
