#!/usr/bin/env bash
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=steps.sh
source "$(dirname "${BASH_SOURCE[0]}")/steps.sh"

usage() {
  cat <<'TEXT'
Deploys it all to the AWS account of the present credentials, from nothing or onto what is there: the function's package,
the image, and samples/terraform with your terraform.tfvars. Ends when the new tasks serve and one scaling run went well.
Whatever stopped it, run it again.

  --tag TAG        the image's tag; without it the commit
  --builder NAME   what builds the image: docker or dotnet
  --yes            apply Terraform's plans without asking
  --dry-run        print what would be run, and run nothing; needs no AWS account
  --help           this

Environment: AWS_REGION or a configured region, AWS credentials.
TEXT
}

tag=
builder=docker
approval=()
while (($#)); do
  case $1 in
    --tag | --builder)
      (($# > 1)) || fail "$1 takes a value."
      if [[ $1 == --tag ]]; then tag=$2; else builder=$2; fi
      shift
      ;;
    --yes) approval=(-input=false -auto-approve) ;;
    --dry-run) dry_run=1 ;;
    --help)
      usage
      exit
      ;;
    *) fail "$1 is not an option; see --help." ;;
  esac
  shift
done

need_package_tools
need_image_tools "$builder"
[[ -n $tag ]] || need_tool git "name the image by its commit; or name it with --tag"
need_tool aws "wait for the service and run the function"
need_tool terraform "make what AWS has to hold (version 1.9 or newer)"
need_region
need_credentials
check
export DRY_RUN=$dry_run
[[ -n $tag ]] || tag=$(image_tag)
scripts=$(dirname "${BASH_SOURCE[0]}")

run terraform -chdir="$terraform_directory" init -input=false
built_for=$(machine_architecture)
wanted=$(terraform_variable cpu_architecture "$built_for")
[[ $built_for == "$wanted" ]] || fail "cpu_architecture in Terraform is $wanted, and native code built here is for $built_for. Set it to that, or deploy from such a machine."

# Terraform makes the function from the package, so that comes first.
"$scripts/deploy_lambda.sh" --build-only

say "Make the repository"
# Only this: the service is made when the repository has its image.
run terraform -chdir="$terraform_directory" apply ${approval[@]+"${approval[@]}"} -var "worker_image_tag=$tag" \
  -target=aws_ecr_repository.worker -target=aws_ecr_lifecycle_policy.worker

"$scripts/build_and_push_worker.sh" --tag "$tag" --builder "$builder"

say "Make everything else, and wait until the new tasks serve"
run terraform -chdir="$terraform_directory" apply ${approval[@]+"${approval[@]}"}

region=$(terraform_output region)
cluster=$(terraform_output cluster_name)
service=$(terraform_output service_name)
function_name=$(terraform_output scaler_function_name)

say "See that the service has rolled out"
run aws ecs wait services-stable --region "$region" --cluster "$cluster" --services "$service"
query="services[0].deployments[?status=='PRIMARY'].rolloutState | [0]"
show aws ecs describe-services --region "$region" --cluster "$cluster" --services "$service" --query "$query" --output text
if ((!dry_run)); then
  state=$(aws ecs describe-services --region "$region" --cluster "$cluster" --services "$service" --query "$query" --output text)
  [[ $state == COMPLETED ]] || fail "The rollout of $service is $state. Its events and the log group of stopped tasks say why."
fi

say "Run the scaler once"
answer=$repository/artifacts/scaling-run.json
# The CLI must wait as long as the function may take, and not send the event again meanwhile.
invoke=(aws lambda invoke --region "$region" --function-name "$function_name" --cli-read-timeout 960 --query FunctionError --output text "$answer")
show "${invoke[@]}"
if ((!dry_run)); then
  complaint=$repository/artifacts/scaling-run.err
  if error=$(AWS_MAX_ATTEMPTS=1 "${invoke[@]}" 2>"$complaint"); then
    [[ $error == None ]] || fail "The scaling run failed: $(<"$answer")"
    printf '%s\n' "$(<"$answer")"
  elif [[ $(<"$complaint") == *TooManyRequestsException* ]]; then
    say "A run is under way already"
  else
    fail "The function cannot be run: $(<"$complaint")"
  fi
fi
say "Deployed"
