# For a tap; brew update-python-resources gitpact writes the resource blocks at each release (docs/releasing.md).
class Gitpact < Formula
  include Language::Python::Virtualenv

  desc "One policy for how a project commits and pushes"
  homepage "https://github.com/gitpact/gitpact"
  url "https://github.com/gitpact/gitpact/archive/refs/tags/v1.0.0.tar.gz"
  sha256 "0000000000000000000000000000000000000000000000000000000000000000"
  license "MIT"

  depends_on "git"
  depends_on "libyaml"
  depends_on "python@3.13"

  def install
    virtualenv_install_with_resources
    man1.install "man/gitpact.1", "man/git-pact.1"
    generate_completions_from_executable(bin/"gitpact", "--show-completion")
  end

  test do
    system "git", "init", testpath
    assert_match "header-format", shell_output("#{bin}/gitpact check -m bad 2>&1", 1)
  end
end
