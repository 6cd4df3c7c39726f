#!/usr/bin/env bash
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
Builds the Worker's image and pushes it to the ECR repository that Terraform made. Tags are immutable: one that is there
already is left as it is. The tag is noted in samples/terraform/deployed.auto.tfvars.json for the next terraform apply.

  --tag TAG        the image's tag; without it the commit, with the time behind it when there are changes beside it
  --builder NAME   docker (samples/Worker/Dockerfile), or dotnet (dotnet publish, without a container engine)
  --repository URL the repository; without it Terraform's output repository_url
  --dry-run        print what would be run, and run nothing
  --help           this

Environment: AWS_REGION or a configured region, AWS credentials.
TEXT
}

tag=
builder=docker
repository_url=
while (($#)); do
  case $1 in
    --tag | --builder | --repository)
      (($# > 1)) || fail "$1 takes a value."
      case $1 in
        --tag) tag=$2 ;;
        --builder) builder=$2 ;;
        --repository) repository_url=$2 ;;
      esac
      shift
      ;;
    --dry-run) dry_run=1 ;;
    --help)
      usage
      exit
      ;;
    *) fail "$1 is not an option; see --help." ;;
  esac
  shift
done

need_image_tools "$builder"
[[ -n $tag ]] || need_tool git "name the image by its commit; or name it with --tag"
need_tool aws "log in to ECR"
need_tool terraform "find the repository and what to build for"
need_region
need_credentials
check

if [[ -z $tag ]]; then
  tag=$(image_tag)
fi
[[ $tag =~ ^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$ ]] || fail "'$tag' is no tag of an image: letters, digits, _ . and -, at most 128."
if [[ -z $repository_url ]]; then
  if ((dry_run)); then
    repository_url=ACCOUNT.dkr.ecr.${AWS_REGION:-REGION}.amazonaws.com/REPOSITORY
  else
    repository_url=$(terraform_output repository_url)
  fi
fi
[[ -n $repository_url ]] || fail "Terraform has made no repository yet; run deploy_all.sh, or name one with --repository."
compute=$(terraform_variable worker_compute FARGATE)
architecture=$(terraform_variable cpu_architecture X86_64)

# ACCOUNT.dkr.ecr.REGION.amazonaws.com/NAME
registry=${repository_url%%/*}
region=${registry#*.ecr.}
region=${region%%.*}
name=${repository_url#*/}
target=worker
if [[ $compute == MANAGED_INSTANCES ]]; then
  target=kernel
  [[ $builder == docker ]] || fail "Kernel mounts need amazon-efs-utils in the image, which only the Dockerfile brings: take --builder docker."
fi
case $architecture in
  X86_64) platform=linux/amd64 runtime=linux-x64 ;;
  ARM64) platform=linux/arm64 runtime=linux-arm64 ;;
  *) fail "cpu_architecture in Terraform is '$architecture'; this knows X86_64 and ARM64." ;;
esac

is_pushed() {
  local answer
  ((!dry_run)) || return 1
  answer=$(aws ecr describe-images --region "$region" --repository-name "$name" --image-ids "imageTag=$tag" 2>&1) && return 0
  [[ $answer == *ImageNotFoundException* ]] || fail "ECR does not say whether there is an image $tag: $answer"
  return 1
}

if is_pushed; then
  say "$repository_url:$tag is pushed already"
else
  say "Build and push $repository_url:$tag"
  if [[ $builder == docker ]]; then
    echo "+ aws ecr get-login-password --region $region | docker login --username AWS --password-stdin $registry"
    ((dry_run)) || aws ecr get-login-password --region "$region" | docker login --username AWS --password-stdin "$registry"
    run docker build --platform "$platform" --target "$target" --file "$repository/samples/Worker/Dockerfile" --tag "$repository_url:$tag" "$repository"
    run docker push "$repository_url:$tag"
  else
    echo "+ DOTNET_CONTAINER_REGISTRY_UNAME=AWS DOTNET_CONTAINER_REGISTRY_PWORD=\$(aws ecr get-login-password --region $region) \\"
    if ((!dry_run)); then
      DOTNET_CONTAINER_REGISTRY_PWORD=$(aws ecr get-login-password --region "$region")
      export DOTNET_CONTAINER_REGISTRY_UNAME=AWS DOTNET_CONTAINER_REGISTRY_PWORD
    fi
    run dotnet publish "$repository/samples/Worker" -c Release -r "$runtime" --self-contained false --nologo -v quiet -t:PublishContainer \
      "-p:ContainerRegistry=$registry" "-p:ContainerRepository=$name" "-p:ContainerImageTag=$tag"
  fi
fi

say "Note the tag for Terraform"
note=$terraform_directory/deployed.auto.tfvars.json
echo "+ {\"worker_image_tag\": \"$tag\"} > $note"
((dry_run)) || printf '{"worker_image_tag": "%s"}\n' "$tag" >"$note"
