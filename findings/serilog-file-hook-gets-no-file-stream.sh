#!/usr/bin/env bash
# Serilog.Sinks.File 7.0.0 (NuGet), and a hook that asks for the file behind the stream it is given.
#
# FileLifecycleHooks.OnFileOpened(path, underlyingStream, encoding) is where one sets a mode, takes a lock or reads the length of a log
# file that has just been opened. The stream is a FileStream only when fileSizeLimitBytes is null. By default it is 1 GiB, and then the
# hook gets a stream of the sink's own that counts bytes and hides the file: "underlyingStream is FileStream" is false without a word,
# there is no handle to be had, and what the hook was to do with the handle is not done.
#
#   no argument (limit 1 GiB)     WriteCountingStream
#   fileSizeLimitBytes: 1000      WriteCountingStream
#   fileSizeLimitBytes: null      FileStream
#
# What to do: use the path, not the stream, and check in a test that the hook did its work.
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
    <PackageReference Include="Serilog" Version="[4.4.0]" />
    <PackageReference Include="Serilog.Sinks.File" Version="[7.0.0]" />
  </ItemGroup>
</Project>
PROJECT
cat >Program.cs <<'CODE'
using System.Text;
using Serilog;
using Serilog.Sinks.File;

new LoggerConfiguration().WriteTo.File("default.log", hooks: new Hook("default")).CreateLogger().Dispose();
new LoggerConfiguration().WriteTo.File("limit.log", fileSizeLimitBytes: 1000, hooks: new Hook("limit")).CreateLogger().Dispose();
new LoggerConfiguration().WriteTo.File("none.log", fileSizeLimitBytes: null, hooks: new Hook("none")).CreateLogger().Dispose();

internal sealed class Hook(string name) : FileLifecycleHooks
{
    public override Stream OnFileOpened(string path, Stream underlyingStream, Encoding encoding)
    {
        Console.WriteLine($"{name}: {underlyingStream.GetType().Name}, a FileStream: {underlyingStream is FileStream}");
        return underlyingStream;
    }
}
CODE
dotnet build --verbosity quiet >build.log 2>&1 || { tail -3 build.log; echo "the packages cannot be restored, or the program not built"; exit 77; }
echo "Serilog.Sinks.File $(sed -n 's|.*"Serilog.Sinks.File/\([0-9.]*\)".*|\1|p' obj/project.assets.json | head -1), .NET SDK $(dotnet --version)"
seen=$(bin/Debug/net10.0/program)
printf '%s\n' "$seen" | sed 's/^/  /'
expected='default: WriteCountingStream, a FileStream: False
limit: WriteCountingStream, a FileStream: False
none: FileStream, a FileStream: True'
if [ "$seen" = "$expected" ]; then echo "as described"; exit 0; fi
echo "it changed"
exit 1
