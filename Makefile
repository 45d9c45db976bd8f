# 招商智能助手的全部命令；`make help` 列出它们。
SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

UV := $(CURDIR)/.tools/bin/uv
PY := .venv/bin/python
BOT_PY := bot/.venv/bin/python
ROOMS := $(patsubst %/__init__.py,%,$(wildcard knowledge/__init__.py leads/__init__.py bot/__init__.py actions/__init__.py console/__init__.py deploy/__init__.py))
export PYTHONPATH := $(CURDIR)
export OMP_NUM_THREADS := 1
export OMP_WAIT_POLICY := passive

.PHONY: help install encoder train run chat reload crm-demo knowledge test test-fast bench bench-nlu bench-throughput bench-slots bench-scale bench-estimate bench-wechat ranking wechat-menu faults admin demo bench-console lint format widget hooks clean

help: ## 列出全部命令
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

install: .venv/.installed bot/.venv/.installed ## 安装两套环境（已装好则立即结束）
	@:

encoder: install ## 备好句向量模型（已备好则立即结束）
	@$(PY) -m knowledge encoder

train: install ## 训练模型（模型缺失或过期时才训练）
	@$(PY) -m deploy.training

run: train ## 安装、训练（如需）、启动全部服务；Ctrl-C 停止
	@exec $(PY) -m deploy.serve

demo: install ## 写入一个月的演示线索和演示账号（不写进有真实线索的库）
	@exec $(PY) -m deploy.demo

bench-console: install ## 用十万条合成线索测后台的列表、搜索、看板、线索页，写入 benchmarks/
	@$(PY) benchmarks/desk.py

admin: install ## 建立后台的管理员（第一个，或再加一个）
	@exec $(PY) -m console add-admin

chat: install ## 在终端与运行中的助手对话
	@exec $(PY) -m deploy.chat

reload: install ## 检查改过的记录，并等运行中的服务用上它们
	@$(PY) -m deploy.reload

crm-demo: install ## 启动 CRM 演示接收端，看线索怎样交接；端口用 CRM_DEMO_PORT 改
	@exec $(PY) -m deploy.crm_demo

knowledge: install ## 检查知识库，列出每处错误和改法
	@$(PY) -m knowledge check

test: .venv/.installed ## 全部测试：风格、类型、依赖方向、单元、契约、集成、对话、故障、网页（要 PostgreSQL 和 Chromium，没有就装）
	@exec $(PY) -m tests.lanes

test-fast: .venv/.installed ## 只跑不启动服务和浏览器的测试（要 PostgreSQL）
	@exec $(PY) -m tests.lanes --fast

bench: train ## 测量单轮时延、训练时间和内存，写入 benchmarks/
	@$(PY) benchmarks/bench.py

bench-nlu: train benchmarks/stock/.venv/.installed ## 与 Rasa 默认管道、nlp.js、线性 SVM 比理解能力（数小时；需要 node），写入 benchmarks/
	@$(PY) benchmarks/nlu/bench.py $(if $(DATA),--data $(DATA))

ranking: train ## 由 data/reading/ 的问题重新训练检索的排序，写入 knowledge/search/weights.json；REPORT=1 逐位作者留出检验
	@$(PY) -m benchmarks.ranking.train $(if $(REPORT),--report)

bench-throughput: train benchmarks/stock/.venv/.installed ## 1、4、16 人同时提问时每秒几轮，与 Rasa 默认管道、与另一份代码（AGAINST=文件夹）比，写入 benchmarks/；PROFILE=1 看时间花在哪里
	@$(PY) -m benchmarks.throughput $(if $(AGAINST),--against $(AGAINST)) $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(STOCK_EPOCHS),--stock-epochs $(STOCK_EPOCHS)) $(if $(PROFILE),--profile)

bench-slots: install ## 用公开用例测金额、电话、邮箱、日期的读取，写入 benchmarks/
	@$(PY) benchmarks/slots.py $(if $(DATA),--data $(DATA))

bench-scale: install ## 测量名称到十万、段落到百万时的时间和内存，写入 benchmarks/
	@$(PY) benchmarks/scale.py

bench-estimate: train ## 测量一轮测算的时延，以及一万项政策、一万个园区时的时间，写入 benchmarks/
	@$(PY) benchmarks/estimates.py

bench-wechat: train ## 模拟微信推送 5,000 条，中途两次 kill -9，核对不漏不重并测时延，写入 benchmarks/；约二十几分钟
	@$(PY) -m benchmarks.wechat $(if $(MESSAGES),--messages $(MESSAGES)) $(if $(USERS),--users $(USERS)) $(if $(RATE),--rate $(RATE))

wechat-menu: install ## 显示公众号菜单；加 PUBLISH=1 发布（要设 WECHAT_…）
	@$(BOT_PY) -m bot.channels.wechat menu $(if $(PUBLISH),--publish)

faults: train ## 一边登记 200 条线索一边让一切出故障（kill -9、503、断线），核对一条不丢、一条不重；约十几分钟
	@$(PY) -m tests.faults.run $(if $(DATABASE),--database $(DATABASE)) $(if $(LEADS),--leads $(LEADS))

lint: install ## 检查风格、类型和房间之间的依赖方向
	@$(PY) -m ruff check .
	@$(PY) -m ruff format --check .
	@$(PY) -m mypy $(ROOMS)
	@.venv/bin/lint-imports --no-logo

format: install ## 自动整理代码格式
	@$(PY) -m ruff check --fix-only --quiet .
	@$(PY) -m ruff format .

widget: ## 重新构建网页挂件（要 Node 20 以上；运行不需要）
	@cd widget && npm ci --no-audit --no-fund --ignore-scripts && npm run build

hooks: install ## 让 git 在提交前自动检查（可选）
	@.venv/bin/pre-commit install

clean: ## 删去可再生的文件：缓存、日志、模型（两套环境留着）
	@rm -rf models/assistant.* models/encoder .cache .rasa var .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	@find . -name __pycache__ -type d -not -path './.venv/*' -not -path './bot/.venv/*' -not -path './benchmarks/stock/.venv/*' -not -path './.tools/*' -prune -exec rm -rf {} +

$(UV): deploy/bootstrap
	@echo "正在安装 uv……"
	@deploy/bootstrap
	@touch $@

# Bytecode is compiled at installation: Rasa starts in half the time, also where the environment is read-only.
.venv/.installed: pyproject.toml uv.lock .python-version $(UV)
	@echo "正在安装知识库与动作服务的环境……"
	@$(UV) sync --locked --quiet --compile-bytecode
	@touch $@

bot/.venv/.installed: bot/pyproject.toml bot/uv.lock .python-version $(UV)
	@echo "正在安装 Rasa 的环境（约 0.5 GB）……"
	@cd bot && $(UV) sync --locked --quiet --compile-bytecode
	@touch $@

# Rasa's default pipeline with TensorFlow, which nothing that serves investors needs: only benchmarks install it.
benchmarks/stock/.venv/.installed: benchmarks/stock/pyproject.toml benchmarks/stock/uv.lock .python-version $(UV)
	@echo "正在安装 Rasa 默认管道的环境（只供对比测量，约 1.7 GB）……"
	@cd benchmarks/stock && $(UV) sync --locked --quiet --compile-bytecode
	@touch $@
