#!/usr/bin/env bash
# System.CommandLine 3.0.0 (NuGet), the library that most .NET command lines are made of, and a value that begins with @.
#
# One declares an option or argument of type string and gets the text that the user typed. That is true, unless the text begins with @:
# then the rest of it is taken for the name of a file, and the words in that file take its place. This is on by default, also for the
# values of options that the program never meant to be files.
#
#   --note @team        the first word of the file "team" becomes the note, the other words become further arguments
#   shipped @app.log    asks about the paths that are written in app.log, not about the file @app.log
#   @nobody             no such file: the arguments are refused, though any text is valid for them
#   --note=@team        is left alone, and so is everything behind --
#
# What to do: where values come from users or scripts, parse with new ParserConfiguration { ResponseFileTokenReplacer = null }.
#
# 0: as described. 1: it changed. 77: dotnet, or the package, cannot be had.
set -uo pipefail
command -v dotnet >/dev/null || { echo "dotnet is missing"; exit 77; }
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1

cat >program.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <AssemblyName>program</AssemblyName>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="System.CommandLine" Version="[3.0.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >Program.cs <<'CODE'
using System.CommandLine;

var files = new Argument<string[]>("FILE") { Arity = ArgumentArity.ZeroOrMore };
var note = new Option<string>("--note");
var root = new RootCommand("Prints what it was given.") { files, note };
root.SetAction(result => Console.WriteLine($"note=[{result.GetValue(note)}] files=[{string.Join("|", result.GetValue(files) ?? [])}]"));

var plain = args is ["plain", ..];
var given = plain ? args[1..] : args;
return root.Parse(given, plain ? new ParserConfiguration { ResponseFileTokenReplacer = null } : null).Invoke();
CODE
dotnet build --verbosity quiet >build.log 2>&1 || { tail -3 build.log; echo "the package cannot be restored, or the program not built"; exit 77; }
program=bin/Debug/net10.0/program
echo "System.CommandLine $(sed -n 's|.*"System.CommandLine/\([0-9.]*\)".*|\1|p' obj/project.assets.json | head -1), .NET SDK $(dotnet --version)"

printf 'hello everybody\n# not this\nbye\n' >team
changed=0
expect() { # EXPECTED ARGUMENTS…
    local expected=$1 seen
    shift
    seen=$("$program" "$@" 2>&1 | grep -E '^(note=|Response file)')
    printf '  %-28s %s\n' "$*" "$seen"
    [ "$seen" = "$expected" ] || { echo "    expected: $expected"; changed=1; }
}
expect 'note=[hello] files=[everybody|bye|x]' --note @team x
expect 'note=[] files=[hello|everybody|bye]' @team
expect "Response file not found 'nobody'." @nobody
expect 'note=[@team] files=[x]' --note=@team x
expect 'note=[] files=[@team]' -- @team
echo "with ResponseFileTokenReplacer = null:"
expect 'note=[@team] files=[@nobody]' plain --note @team @nobody
if [ $changed -eq 0 ]; then echo "as described"; else echo "it changed"; fi
exit $changed
